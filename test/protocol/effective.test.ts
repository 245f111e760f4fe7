import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EffectiveConfiguration } from '../../server/src/lsp/protocol.ts';
import { type Folder, folderWith } from '../cli/bundle.ts';
import { bundledServer, type Editor, type Server } from './client.ts';

const job = 'from pyspark.sql import SparkSession\nspark = SparkSession.builder.config("spark.executor.memory", "4g").getOrCreate()\n';

let server: Server;
let folder: Folder;
let editor: Editor;
beforeAll(async () => { server = await bundledServer(); }, 60_000);
afterAll(() => server.dispose());
beforeEach(async () => {
  folder = folderWith({ 'job.py': job, 'submit.sh': 'spark-submit --executor-memory 8g job.py\n', 'requirements.txt': 'pyspark==3.5.1\n' });
  editor = await server.start(folder.path);
});
afterEach(async () => {
  await editor.stop();
  folder.dispose();
});

const request = 'sparkcheck/effectiveConfiguration';
const ask = (name: string, targetSpark?: string) => editor.connection.sendRequest<EffectiveConfiguration | null>(request, { textDocument: { uri: editor.uri(name) }, ...(targetSpark === undefined ? {} : { targetSpark }) });

describe('the effective configuration', () => {
  it('comes as text, with links into the files, whatever languages they are in', async () => {
    editor.open('job.py', job);
    const answer = await ask('job.py');
    expect(answer!.text).toContain('started by submit.sh:1  spark-submit');
    const lines = answer!.text.split('\n');
    expect(lines.find((line) => line.includes('spark.executor.memory'))).toMatch(/4g +1g +static +code +job\.py:2$/);
    const link = answer!.links.find(({ line, start, end }) => lines[line]!.slice(start, end) === 'job.py:2');
    expect(link).toMatchObject({ uri: editor.uri('job.py'), target: { line: 1, character: 36 } });
    expect(answer!.releases.slice(-2)).toEqual(['4.2', '4.3']);
  });

  it('counts what is typed, and tells what a move changes', async () => {
    editor.open('job.py', job.replace('"4g"', '"6g"'));
    const { text } = (await ask('job.py', '4.3'))!;
    expect(text).toMatch(/spark\.executor\.memory +6g/);
    expect(text).toContain('From Spark 3.5.1 to 4.3');
    expect(text).toMatch(/spark\.sql\.ansi\.enabled +false +true/);
  });

  it('is refused before the server is initialized, and after its end', async () => {
    const early = server.connect();
    await expect(early.connection.sendRequest(request, { textDocument: { uri: editor.uri('job.py') } })).rejects.toMatchObject({ code: -32002 });
    early.stop();
    await editor.connection.sendRequest('shutdown');
    await expect(ask('job.py')).rejects.toMatchObject({ code: -32600 });
  });

  it('is null for what has no part in a job, and refused without a document', async () => {
    editor.open('notes.sh', 'echo\n', 'shellscript');
    expect(await ask('notes.sh')).toBeNull();
    await expect(editor.connection.sendRequest(request, {})).rejects.toMatchObject({ code: -32602 });
    await expect(editor.connection.sendRequest(request, { textDocument: { uri: editor.uri('job.py') }, targetSpark: 4 })).rejects.toMatchObject({ code: -32602 });
  });
});
