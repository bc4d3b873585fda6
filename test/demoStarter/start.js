// Runs inside the demo's VS Code only: opens the view, connects, and shows the routing page.
const vscode = require('vscode');

exports.activate = async () => {
  await vscode.commands.executeCommand('workbench.view.extension.swarmscope');
  const connection = process.env.SWARMSCOPE_DEMO_CONNECTION;
  await (connection === undefined
    ? vscode.commands.executeCommand('swarmscope.startDemo')
    : vscode.commands.executeCommand('swarmscope.connect', { connection }));
  await vscode.commands.executeCommand('swarmscope.openRouting');
};
