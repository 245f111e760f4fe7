/** A small editor: speaks the protocol with the real server process, over its standard streams. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-languageserver/node.js';

export interface Server {
  /** The command line beside it, for comparison. */
  readonly folder: string;
  start(root: string, capabilities?: object, initializationOptions?: object): Promise<Editor>;
  /** Before `initialize`. */
  connect(): { readonly connection: MessageConnection; stop(): void };
  dispose(): void;
}

export interface Editor {
  readonly connection: MessageConnection;
  readonly log: string[];
  readonly pushed: Map<string, { range: unknown; code: string }[]>;
  /** By document, of what was pushed last. */
  readonly versions: Map<string, number | undefined>;
  readonly info: { readonly name: string; readonly version?: string };
  /** Methods that the server asked of the editor, or told it. */
  readonly asked: string[];
  uri(name: string): string;
  open(name: string, text: string, languageId?: string): void;
  change(name: string, version: number, changes: readonly object[]): void;
  diagnostics(name: string): Promise<any[]>;
  stop(): Promise<void>;
}

export async function bundledServer(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'sparkcheck-lsp-'));
  await build({
    entryPoints: { server: 'server/src/lsp/main.ts', sparkcheck: 'server/src/cli/main.ts' }, outdir: folder, bundle: true, platform: 'node', format: 'esm', splitting: true, target: 'es2022',
    mainFields: ['module', 'main'], logLevel: 'error',
    banner: { js: 'import { createRequire as sparkcheckRequire } from "node:module"; const require = sparkcheckRequire(import.meta.url);' },
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  cpSync('node_modules/web-tree-sitter/tree-sitter.wasm', join(folder, 'tree-sitter.wasm'));
  for (const language of ['python', 'scala', 'bash']) cpSync(`node_modules/tree-sitter-${language}/tree-sitter-${language}.wasm`, join(folder, `tree-sitter-${language}.wasm`));
  return { folder, start: (root, capabilities, options) => start(folder, root, capabilities, options), connect: () => {
    const { child, connection } = connected(folder);
    return { connection, stop: () => void child.kill() };
  }, dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** An editor that asks for its findings. */
const pulling = { textDocument: { diagnostic: {}, codeAction: {}, hover: {}, completion: {} }, notebookDocument: { synchronization: {} } };

function connected(folder: string): { readonly child: ChildProcess; readonly connection: MessageConnection } {
  const child = spawn(process.execPath, [join(folder, 'server.js'), '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  connection.listen();
  return { child, connection };
}

async function start(folder: string, root: string, capabilities: object = pulling, initializationOptions: object = { openRule: true }): Promise<Editor> {
  const { child, connection } = connected(folder);
  const asked: string[] = [];
  const versions = new Map<string, number | undefined>();
  const log: string[] = [];
  const pushed = new Map<string, { range: unknown; code: string }[]>();
  connection.onNotification('window/logMessage', ({ message }: { message: string }) => log.push(message));
  connection.onNotification('textDocument/publishDiagnostics', ({ uri, version, diagnostics }: { uri: string; version?: number; diagnostics: { range: unknown; code: string }[] }) => {
    pushed.set(uri, diagnostics);
    versions.set(uri, version);
  });
  connection.onNotification('sparkcheck/status', ({ state, uri: of }: { state: string; uri?: string }) => void asked.push(`${of ?? 'server'} ${state}`));
  connection.onRequest('client/registerCapability', ({ registrations }: { registrations: readonly { method: string }[] }) => {
    asked.push(...registrations.map(({ method }) => method));
    return null;
  });
  connection.onRequest('workspace/workspaceFolders', () => {
    asked.push('workspace/workspaceFolders');
    return null;
  });
  const uri = (name: string): string => pathToFileURL(join(root, name)).toString();
  const { serverInfo: info } = await connection.sendRequest<{ serverInfo: Editor['info'] }>('initialize', { processId: process.pid, rootUri: pathToFileURL(root).toString(), capabilities, initializationOptions, workspaceFolders: [{ uri: pathToFileURL(root).toString(), name: 'root' }] });
  await connection.sendNotification('initialized', {});
  return {
    connection, log, pushed, versions, info, asked, uri,
    open: (name, text, languageId = 'python') => void connection.sendNotification('textDocument/didOpen', { textDocument: { uri: uri(name), languageId, version: 1, text } }),
    change: (name, version, contentChanges) => void connection.sendNotification('textDocument/didChange', { textDocument: { uri: uri(name), version }, contentChanges }),
    diagnostics: async (name) => ((await connection.sendRequest('textDocument/diagnostic', { textDocument: { uri: name.includes(':') ? name : uri(name) } })) as { items: any[] }).items,
    async stop() {
      await connection.sendRequest('shutdown');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await connection.sendNotification('exit');
      await ended;
      connection.dispose();
    },
  };
}
