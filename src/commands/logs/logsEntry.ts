/**
 * Entry of the bundle with the logs and the way to published ports, which is loaded with the first of
 * either.
 */
export { SwarmLogs } from './swarmLogs';
export { clearLogs, copyLogsCommand, resumeLogs, stopLogs } from './logActs';
export { openEntry } from './openInBrowser';
export { openPublishedPort } from './openPublishedPort';
export { showLogs, showLogsWithOptions } from './showLogs';
