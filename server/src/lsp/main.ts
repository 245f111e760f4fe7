/** The server's entry: over IPC from VS Code, or `sparkcheck lsp --stdio` from any other editor. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node.js';
import { openSyntax } from '../syntax/index.ts';
import { grammarsBeside } from './node-host.ts';
import { serve } from './server.ts';

const overIpc = process.argv.some((arg) => arg === '--node-ipc' || arg === '--stdio' || arg.startsWith('--socket') || arg.startsWith('--pipe'));
const connection = overIpc ? createConnection(ProposedFeatures.all) : createConnection(ProposedFeatures.all, process.stdin, process.stdout);

process.on('uncaughtException', (error) => connection.console.error(`Internal error, the server goes on: ${error.stack ?? error.message}`));
process.on('unhandledRejection', (error) => connection.console.error(`Internal error, the server goes on: ${String(error)}`));

serve(connection, await openSyntax(await grammarsBeside(import.meta.url)));
