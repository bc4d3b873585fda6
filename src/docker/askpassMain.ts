/**
 * What ssh runs in place of a terminal (SSH_ASKPASS, ssh(1)): hands the prompt to the extension host
 * and prints the answer, which ssh reads. A bundle of its own, run by Node.
 */
import { connect } from 'node:net';
import {
  ASKPASS_SOCKET,
  ASKPASS_TOKEN,
  type AskpassReply,
  type AskpassRequest,
} from './askpassProtocol';

const socket = connect(process.env[ASKPASS_SOCKET] ?? '');
let text = '';
socket.setEncoding('utf8');
socket.on('data', (chunk: string) => {
  text += chunk;
});
socket.on('error', () => process.exit(1));
socket.on('end', () => {
  const { answer } = (text === '' ? {} : JSON.parse(text)) as AskpassReply;
  if (answer === undefined) {
    process.exitCode = 1;
  } else {
    process.stdout.write(`${answer}\n`);
  }
});
const request: AskpassRequest = {
  token: process.env[ASKPASS_TOKEN] ?? '',
  prompt: process.argv[2] ?? '',
  hint: process.env['SSH_ASKPASS_PROMPT'] ?? '',
};
socket.write(`${JSON.stringify(request)}\n`);
