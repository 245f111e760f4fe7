import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CancellationTokenSource, LSPErrorCodes } from 'vscode-languageserver/node.js';
import { type Folder, folderWith } from '../cli/bundle.ts';
import { bundledServer, type Editor, type Server } from './client.ts';

const job = 'from pyspark.sql import SparkSession\n\nspark = SparkSession.builder.config("spark.executor.memory", "4g").getOrCreate()\norders = spark.read.parquet("/data/orders")\nif orders.count() == 0:\n    print("none")\nrows = orders.collect()\n';

let server: Server;
let folder: Folder;
let editor: Editor;
beforeAll(async () => { server = await bundledServer(); }, 60_000);
afterAll(() => server.dispose());
beforeEach(async () => {
  folder = folderWith({ 'job.py': job, 'requirements.txt': 'pyspark==3.5.1\n' });
  editor = await server.start(folder.path);
});
afterEach(async () => {
  await editor.stop();
  folder.dispose();
});

const codes = (items: { code: string }[]): string[] => items.map(({ code }) => code);
const place = (text: string, piece: string): { line: number; character: number } => {
  const before = text.slice(0, text.indexOf(piece)).split('\n');
  return { line: before.length - 1, character: before.at(-1)!.length };
};

describe('findings', () => {
  it('come when asked for, and follow what is typed', async () => {
    editor.open('job.py', job);
    const first = await editor.diagnostics('job.py');
    expect(codes(first)).toEqual(['count-to-test-emptiness', 'collect-to-driver']);
    expect(first[1].range).toEqual({ start: { line: 6, character: 14 }, end: { line: 6, character: 21 } });
    expect(first[1].codeDescription.href).toContain('collect-to-driver');
    const at = place(job, 'collect()');
    editor.change('job.py', 2, [{ range: { start: at, end: at }, text: 'limit(5).' }]);
    expect(codes(await editor.diagnostics('job.py'))).toEqual(['count-to-test-emptiness']);
  });

  it('see what other files of the project hold, opened or not', async () => {
    folder.write({ 'helpers.py': 'def load(spark):\n    return spark.read.parquet("/data/users")\n' });
    editor.open('report.py', 'from helpers import load\nusers = load(spark)\nusers.collect()\n');
    expect(codes(await editor.diagnostics('report.py'))).toEqual(['collect-to-driver']);
    editor.open('helpers.py', 'def load(spark):\n    return spark.read.parquet("/data/users").limit(3)\n');
    expect(await editor.diagnostics('report.py')).toEqual([]);
  });

  it('and hovers come for Scala, whose grammar is loaded then, saved or not', async () => {
    const text = 'package jobs\n\nobject Job {\n  val orders = Tables.load(spark)\n  orders.show()\n}\n';
    folder.write({ 'src/main/scala/Tables.scala': 'package jobs\n\nimport org.apache.spark.sql.SparkSession\n\nobject Tables {\n  def load(spark: SparkSession) = spark.read.parquet("/data/orders")\n}\n' });
    const hovered = async (uri: string): Promise<string> => {
      const hover = await editor.connection.sendRequest<{ contents: { value: string } } | null>('textDocument/hover', { textDocument: { uri }, position: place(text, 'orders.show') });
      return hover?.contents.value ?? '';
    };
    editor.open('src/main/scala/Job.scala', text, 'scala');
    expect(await hovered(editor.uri('src/main/scala/Job.scala'))).toContain('Read from Parquet files at `/data/orders`');
    const whole = text.replace('Tables.load(spark)', 'spark.read.parquet("/a")');
    void editor.connection.sendNotification('textDocument/didOpen', { textDocument: { uri: 'untitled:Untitled-1', languageId: 'scala', version: 1, text: whole } });
    expect(await hovered('untitled:Untitled-1')).toContain('Read from Parquet files at `/a`');
    expect(await editor.diagnostics('src/main/scala/Job.scala')).toEqual(expect.any(Array));
    editor.change('src/main/scala/Job.scala', 2, [{ text: whole }]);
    expect(await hovered(editor.uri('src/main/scala/Job.scala'))).toContain('Read from Parquet files at `/a`');
    expect(editor.log.join()).not.toContain('rror');
  });

  it('come for scripts that start Spark, whose grammar is loaded then; others are left alone', async () => {
    const text = '#!/bin/sh\nspark-submit --master yarn --executor-memory 2048 job.py\n';
    editor.open('submit.sh', text, 'shellscript');
    editor.open('Dockerfile', 'FROM x\nCMD ["spark-submit", "--conf", "spark.excutor.cores=4", "job.py"]\n', 'dockerfile');
    editor.open('other.sh', 'echo --conf spark.excutor.cores=4\n', 'shellscript');
    expect(codes(await editor.diagnostics('submit.sh'))).toEqual(['invalid-value']);
    expect(codes(await editor.diagnostics('Dockerfile'))).toEqual(['unknown-key']);
    expect(await editor.diagnostics('other.sh')).toEqual([]);
    const hover = await editor.connection.sendRequest<{ contents: { value: string } } | null>('textDocument/hover', { textDocument: { uri: editor.uri('submit.sh') }, position: { line: 1, character: 30 } });
    expect(hover?.contents.value).toContain('spark.executor.memory');
    editor.change('submit.sh', 2, [{ text: text.replace('2048', '2048 --conf spark.executor.co') }]);
    const items = await editor.connection.sendRequest<{ label: string }[]>('textDocument/completion', { textDocument: { uri: editor.uri('submit.sh') }, position: { line: 1, character: 74 } });
    expect(items.map(({ label }) => label)).toContain('spark.executor.cores');
    expect(editor.log.join()).not.toContain('rror');
  });

  it('of a long file wait until typing rests: what is asked meanwhile is answered, what is asked again is given up', async () => {
    const part = (index: number): string => `def part_${index}(users):\n    for day in range(7):\n        users = users.withColumn("a" + str(day), col("b")).filter("c > 1").join(users, "id")\n    users.collect()\n    return users\n`;
    const text = `from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n${Array.from({ length: 1500 }, (_, index) => part(index)).join('')}part_7(spark.read.parquet("/data")).collect()\n`;
    const uri = editor.uri('long.py');
    editor.open('long.py', text);
    const before = codes(await editor.diagnostics('long.py'));
    const order: string[] = [];
    const cancelled = new CancellationTokenSource();
    editor.change('long.py', 2, [{ text: `${text}x = 1\n` }]);
    const first = editor.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } }, cancelled.token).then(() => 'answered', (error: { code: number }) => error.code);
    editor.change('long.py', 3, [{ text: `${text}xy = 1\n` }]);
    cancelled.cancel();
    const second = editor.diagnostics('long.py').then((found) => order.push('findings') && codes(found));
    await editor.connection.sendRequest('textDocument/completion', { textDocument: { uri }, position: { line: 0, character: 0 } });
    order.push('completion');
    expect(await first).toBe(LSPErrorCodes.RequestCancelled);
    expect(await second).toEqual(before);
    expect(order).toEqual(['completion', 'findings']);
  });

  it('stand below lenses that say what a command asks of the cluster', async () => {
    editor.open('submit.sh', '#!/bin/sh\nspark-submit --master yarn --num-executors 4 --executor-cores 2 job.py\n', 'shellscript');
    const lenses = async (name: string): Promise<any> => editor.connection.sendRequest('textDocument/codeLens', { textDocument: { uri: editor.uri(name) } });
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 12 } };
    expect(await lenses('submit.sh')).toEqual([{ range, command: { title: '8 slots', command: '' } }]);
    expect(await lenses('job.py')).toEqual([]);
  });

  it('and these lead to the hover with the formulas, and can be switched off', async () => {
    await editor.stop();
    editor = await server.start(folder.path, { workspace: { configuration: true } }, { showHover: true });
    const lenses = async (name: string): Promise<any> => editor.connection.sendRequest('textDocument/codeLens', { textDocument: { uri: editor.uri(name) } });
    const range = { start: { line: 1, character: 0 }, end: { line: 1, character: 12 } };
    let enable = true;
    editor.connection.onRequest('workspace/configuration', () => [{ codeLens: { enable } }]);
    editor.open('submit.sh', '#!/bin/sh\nspark-submit --master yarn --num-executors 4 --executor-cores 2 job.py\n', 'shellscript');
    expect(await lenses('submit.sh')).toEqual([{ range, command: { title: '8 slots', command: 'sparkcheck.showHover', arguments: [1, 0] } }]);
    enable = false;
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: {} });
    expect(await lenses('submit.sh')).toEqual([]);
  });

  it('come for YAML, JSON and XML with settings of Spark, whose parsers are loaded then; the rest of them is left alone', async () => {
    const text = 'kind: SparkApplication\napiVersion: sparkoperator.k8s.io/v1beta2\nspec:\n  sparkVersion: 3.5.1\n  sparkConf:\n    spark.network.timeout: 10 min\n  executor:\n    memory: 4g\n';
    editor.open('job.yaml', text, 'yaml');
    editor.open('cluster.json', '{"spark_conf": {"spark.excutor.cores": "4"}}\n', 'json');
    editor.open('yarn-site.xml', '<configuration><property><name>yarn.nodemanager.aux-services</name><value>spark_shuffle</value></property></configuration>\n', 'xml');
    editor.open('other.json', '{"spark": {"executor.memory": "4 g"}, "a": }\n', 'json');
    expect(codes(await editor.diagnostics('job.yaml'))).toEqual(['invalid-value']);
    expect(codes(await editor.diagnostics('cluster.json'))).toEqual(['unknown-key']);
    expect(codes(await editor.diagnostics('yarn-site.xml'))).toEqual(['misconfigured-shuffle-service']);
    expect(await editor.diagnostics('other.json')).toEqual([]);
    const hover = await editor.connection.sendRequest<{ contents: { value: string } } | null>('textDocument/hover', { textDocument: { uri: editor.uri('job.yaml') }, position: { line: 7, character: 6 } });
    expect(hover?.contents.value).toContain('spark.executor.memory');
    editor.change('job.yaml', 2, [{ text: text.replace('10 min\n', '10min\n    spark.executor.co\n') }]);
    const items = await editor.connection.sendRequest<{ label: string }[]>('textDocument/completion', { textDocument: { uri: editor.uri('job.yaml') }, position: { line: 6, character: 21 } });
    expect(items.map(({ label }) => label)).toContain('spark.executor.cores');
    expect(await editor.connection.sendRequest('textDocument/completion', { textDocument: { uri: editor.uri('job.yaml') }, position: { line: 0, character: 0 } })).toEqual([]);
    expect(editor.log.join()).not.toContain('rror');
  });

  it('and keys are known inside commands of a program, and in SQL', async () => {
    const text = 'import os\nos.environ["PYSPARK_SUBMIT_ARGS"] = "--conf spark.executor.memory=4g --conf spark.sql.shuf pyspark-shell"\n';
    editor.open('args.py', text, 'python');
    editor.open('daily.sql', 'SET spark.sql.shuffle.partitions = 10;\nSET spark.sql.adap\n', 'sql');
    const hover = async (name: string, line: number, character: number): Promise<string> => (await editor.connection.sendRequest<{ contents: { value: string } } | null>('textDocument/hover', { textDocument: { uri: editor.uri(name) }, position: { line, character } }))?.contents.value ?? '';
    const completed = async (name: string, line: number, character: number): Promise<string[]> => {
      const given = await editor.connection.sendRequest<{ label: string }[] | { items: { label: string }[] }>('textDocument/completion', { textDocument: { uri: editor.uri(name) }, position: { line, character } });
      return (Array.isArray(given) ? given : given.items).map(({ label }) => label);
    };
    expect(await hover('args.py', 1, 50)).toContain('spark.executor.memory');
    expect(await completed('args.py', 1, text.split('\n')[1]!.indexOf('shuf') + 4)).toContain('spark.sql.shuffle.partitions');
    expect(await hover('daily.sql', 0, 10)).toContain('spark.sql.shuffle.partitions');
    expect(await completed('daily.sql', 1, 18)).toContain('spark.sql.adaptive.enabled');
  });

  it('of a function settle with what other files pass to it, once the typing stops', async () => {
    folder.write({ 'helpers.py': '', 'main.py': 'from helpers import show\nshow(spark.read.parquet("/data/users"))\n' });
    await editor.stop();
    editor = await server.start(folder.path, {});
    const text = 'def show(users):\n    users.collect()\n';
    const settled = async (wanted: readonly string[]): Promise<void> => {
      const found = (): string[] => codes(editor.pushed.get(editor.uri('helpers.py')) ?? []);
      for (let i = 0; i < 100 && found().join() !== wanted.join(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(found()).toEqual(wanted);
    };
    editor.open('helpers.py', text);
    await settled(['collect-to-driver']);
    editor.change('helpers.py', 2, [{ text: text.replace('users)', 'count, users)') }]);
    await settled([]);
    editor.change('helpers.py', 3, [{ text }]);
    await settled(['collect-to-driver']);
  });

  it('are pushed for all other documents, where one has a name that no path has', async () => {
    await editor.stop();
    editor = await server.start(folder.path, {});
    const text = 'spark.read.parquet("/data/users").collect()\n';
    for (const uri of ['file:///caf%E9.py', 'file://host/share/job.py']) void editor.connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'python', version: 1, text } });
    editor.open('good.py', text);
    const uris = ['file:///caf%E9.py', 'file://host/share/job.py', editor.uri('good.py')];
    for (let i = 0; i < 100 && !uris.every((uri) => editor.pushed.get(uri)?.length); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(uris.map((uri) => codes(editor.pushed.get(uri) ?? []))).toEqual([['collect-to-driver'], ['collect-to-driver'], ['collect-to-driver']]);
  });

  it('are those of the command line', async () => {
    editor.open('job.py', job);
    const own = (await editor.diagnostics('job.py')).map(({ range, code, message }) => ({ line: range.start.line + 1, column: range.start.character + 1, endColumn: range.end.character + 1, rule: code, message }));
    const { stdout } = spawnSync(process.execPath, [join(server.folder, 'sparkcheck.js'), 'check', 'job.py', '--format', 'json'], { cwd: folder.path, encoding: 'utf8' });
    const theirs = (JSON.parse(stdout) as any[]).map(({ line, column, endColumn, rule, message }) => ({ line, column, endColumn, rule, message }));
    expect(own).toEqual(theirs);
  });

  it('count columns in UTF-16 units, with emoji and CRLF', async () => {
    editor.open('emoji.py', 'spark.sql("SELECT 1")\r\nx = "🚀🚀"; rows = spark.table("t").collect()\r\n');
    const [found] = await editor.diagnostics('emoji.py');
    expect(found.range).toEqual({ start: { line: 1, character: 36 }, end: { line: 1, character: 43 } });
  });

  it('are pushed to editors that do not ask', async () => {
    await editor.stop();
    editor = await server.start(folder.path, {});
    editor.open('job.py', job);
    for (let i = 0; i < 100 && !editor.pushed.has(editor.uri('job.py')); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(codes(editor.pushed.get(editor.uri('job.py'))!)).toEqual(['count-to-test-emptiness', 'collect-to-driver']);
    expect(editor.versions.get(editor.uri('job.py'))).toBe(1);
  });

  const cell = (index: number): string => `vscode-notebook-cell:${editor.uri('n.ipynb').slice('file:'.length)}#c${index}`;

  it('of a notebook are found past cells whose text was not sent', async () => {
    const texts = ['orders = spark.read.parquet("/data/orders")', undefined, 'rows = orders.collect()\nprint(rows)'];
    await editor.connection.sendNotification('notebookDocument/didOpen', {
      notebookDocument: { uri: editor.uri('n.ipynb'), notebookType: 'jupyter-notebook', version: 1, cells: texts.map((text, index) => ({ kind: text === undefined ? 1 : 2, document: cell(index) })) },
      cellTextDocuments: texts.flatMap((text, index) => (text === undefined ? [] : [{ uri: cell(index), languageId: 'python', version: 1, text }])),
    });
    expect(codes(await editor.diagnostics(cell(2)))).toEqual(['collect-to-driver']);
    expect(await editor.diagnostics(cell(0))).toEqual([]);
    const hover: any = await editor.connection.sendRequest('textDocument/hover', { textDocument: { uri: cell(2) }, position: { line: 0, character: 9 } });
    expect(hover.contents.value).toContain('**orders**');
  });

  it('of a notebook lie in its cells, which are one program', async () => {
    const texts = ['orders = spark.read.parquet("/data/orders")', 'rows = orders.collect()\nprint(rows)'];
    await editor.connection.sendNotification('notebookDocument/didOpen', {
      notebookDocument: { uri: editor.uri('n.ipynb'), notebookType: 'jupyter-notebook', version: 1, cells: texts.map((_, index) => ({ kind: 2, document: cell(index) })) },
      cellTextDocuments: texts.map((text, index) => ({ uri: cell(index), languageId: 'python', version: 1, text })),
    });
    expect(await editor.diagnostics(cell(0))).toEqual([]);
    const [found] = await editor.diagnostics(cell(1));
    expect(found.code).toBe('collect-to-driver');
    expect(found.range.start).toEqual({ line: 0, character: 14 });
  });

  it('of a notebook in Scala too, whose cells in Python are left out', async () => {
    const cells = [['val orders = spark.read.parquet("/data/orders")', 'scala'], ['%%python\nrows = orders.collect()', 'scala'], ['rows = orders.collect()\nprint(rows)', 'python'], ['val rows = orders.collect()\nprintln(rows.size)', 'scala']] as const;
    await editor.connection.sendNotification('notebookDocument/didOpen', {
      notebookDocument: { uri: editor.uri('n.ipynb'), notebookType: 'jupyter-notebook', version: 1, cells: cells.map((_, index) => ({ kind: 2, document: cell(index) })), metadata: { metadata: { language_info: { name: 'scala' } } } },
      cellTextDocuments: cells.map(([text, languageId], index) => ({ uri: cell(index), languageId, version: 1, text })),
    });
    for (const index of [0, 1, 2]) expect(await editor.diagnostics(cell(index))).toEqual([]);
    const [found] = await editor.diagnostics(cell(3));
    expect(found.code).toBe('collect-to-driver');
    expect(found.range.start).toEqual({ line: 0, character: 18 });
    const hover: any = await editor.connection.sendRequest('textDocument/hover', { textDocument: { uri: cell(3) }, position: { line: 0, character: 13 } });
    expect(hover.contents.value).toContain('**orders**');
  });

  it('of a notebook that does not say what it is written in are those of most cells', async () => {
    const cells = ['val orders = spark.read.parquet("/data/orders")', 'val rows = orders.collect()\nprintln(rows.size)'];
    await editor.connection.sendNotification('notebookDocument/didOpen', {
      notebookDocument: { uri: editor.uri('n.ipynb'), notebookType: 'jupyter-notebook', version: 1, cells: cells.map((_, index) => ({ kind: 2, document: cell(index) })) },
      cellTextDocuments: cells.map((text, index) => ({ uri: cell(index), languageId: 'scala', version: 1, text })),
    });
    expect(codes(await editor.diagnostics(cell(1)))).toEqual(['collect-to-driver']);
    expect(codes(await editor.diagnostics(cell(0)))).toEqual([]);
  });

  it('of a notebook of Databricks in Scala are those of a file, and what it runs is known', async () => {
    editor.open('helpers.scala', '// Databricks notebook source\nval orders = spark.read.parquet("/data/orders")\n', 'scala');
    editor.open('main.scala', '// Databricks notebook source\n\n// COMMAND ----------\n\n// MAGIC %run ./helpers\n\n// COMMAND ----------\n\nval rows = orders.collect()\nprintln(rows.size)\n', 'scala');
    const [found] = await editor.diagnostics('main.scala');
    expect([found.code, found.range.start.line]).toEqual(['collect-to-driver', 8]);
  });
});

describe('what the user asks for', () => {
  const actionsAt = async (name: string, text: string, piece: string, only?: string[]): Promise<any[]> => {
    const at = place(text, piece);
    return (await editor.connection.sendRequest('textDocument/codeAction', { textDocument: { uri: editor.uri(name) }, range: { start: at, end: at }, context: { diagnostics: [], ...(only ? { only } : {}) } })) as any[];
  };

  it('is offered in order: the fix, silencing a line, a file, the page', async () => {
    editor.open('job.py', job);
    const titles = (await actionsAt('job.py', job, 'count()')).map(({ title, isPreferred }) => `${isPreferred ? '* ' : ''}${title}`);
    expect(titles).toEqual(['* Ask `orders.isEmpty()` instead of counting', 'Ignore count-to-test-emptiness on this line', 'Ignore count-to-test-emptiness in this file', 'Open the documentation page of count-to-test-emptiness']);
  });

  it('all safe fixes at once, and no others', async () => {
    editor.open('job.py', job);
    const [all, ...rest] = await actionsAt('job.py', job, 'orders', ['source.fixAll.sparkcheck']);
    expect(rest).toEqual([]);
    expect(all.edit.changes[editor.uri('job.py')]).toHaveLength(1);
    expect(JSON.stringify(all.edit)).toContain('isEmpty');
    expect(JSON.stringify(all.edit)).not.toContain('limit');
  });

  it('hovers: a key, a method, a dataset, a rule in a comment', async () => {
    const text = job.replace('rows = orders.collect()', 'rows = orders.collect()  # sparkcheck: ignore[collect-to-driver] small');
    editor.open('job.py', text);
    const hover = async (piece: string, skip = 1): Promise<string> => {
      const at = place(text, piece);
      return ((await editor.connection.sendRequest('textDocument/hover', { textDocument: { uri: editor.uri('job.py') }, position: { line: at.line, character: at.character + skip } })) as any)?.contents.value;
    };
    expect(await hover('spark.executor.memory')).toMatch(/Heap of each executor's JVM[\s\S]*Default: `1g`/);
    expect(await hover('collect()')).toMatch(/DataFrame\.collect[\s\S]*An action: reads everything, all rows come to the driver/);
    expect(await hover('orders.collect')).toMatch(/\*\*orders\*\*: DataFrame[\s\S]*Parquet files at `\/data\/orders`[\s\S]*Not cached; 2 actions/);
    expect(await hover('collect-to-driver')).toMatch(/collect-to-driver[\s\S]*driver/);
  });

  it('completes with what items have in common written once, where the client can read it', async () => {
    await editor.stop();
    editor = await server.start(folder.path, { textDocument: { completion: { completionList: { itemDefaults: ['editRange', 'data'] } } } });
    editor.open('job.py', 'spark.conf.set("spark.sql.shuffle.part")\n', 'python');
    const list = await editor.connection.sendRequest<{ itemDefaults: any; items: any[] }>('textDocument/completion', { textDocument: { uri: editor.uri('job.py') }, position: { line: 0, character: 38 } });
    expect(list.itemDefaults.editRange).toEqual({ start: { line: 0, character: 16 }, end: { line: 0, character: 38 } });
    const item = list.items.find(({ label }) => label === 'spark.sql.shuffle.partitions');
    expect(Object.keys(item)).toEqual(['label', 'detail', 'kind', 'sortText']);
    const resolved = await editor.connection.sendRequest<any>('completionItem/resolve', { ...item, data: list.itemDefaults.data });
    expect(resolved.documentation.value).toContain('Default: `200`');
  });

  it('completes keys and values, in a file and in code', async () => {
    const complete = async (name: string, text: string, language: string): Promise<string[]> => {
      const [before, after] = text.split('|') as [string, string];
      editor.open(name, before + after, language);
      const lines = before.split('\n');
      const items = (await editor.connection.sendRequest('textDocument/completion', { textDocument: { uri: editor.uri(name) }, position: { line: lines.length - 1, character: lines.at(-1)!.length } })) as any[];
      return items.map(({ label }) => label);
    };
    expect(await complete('a/spark-defaults.conf', 'spark.executor.mem|', 'spark-properties')).toContain('spark.executor.memory');
    expect(await complete('b/spark-defaults.conf', 'spark.sql.adaptive.enabled |', 'spark-properties')).toEqual(['true', 'false']);
    expect(await complete('c.py', 'spark.conf.set("spark.sql.sources.partitionOv|")', 'python')).toEqual(['spark.sql.sources.partitionOverwriteMode']);
    expect(await complete('d.py', 'spark.conf.set("spark.sql.sources.partitionOverwriteMode", "|")', 'python')).toEqual(['STATIC', 'DYNAMIC']);
    expect(await complete('e.py', 'print("spark.|")', 'python')).toEqual([]);
  });
});

describe('files on the disk', () => {
  it('are watched, where the editor can: another module, the settings', async () => {
    await editor.stop();
    editor = await server.start(folder.path, { textDocument: { diagnostic: {} }, workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } });
    const told = async (name: string, text: string): Promise<void> => {
      folder.write({ [name]: text });
      await editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: editor.uri(name), type: 2 }] });
    };
    folder.write({ 'helpers.py': 'def load(spark):\n    return spark.read.parquet("/data/users")\n' });
    editor.open('report.py', 'from helpers import load\nusers = load(spark)\nusers.collect()\n');
    expect(codes(await editor.diagnostics('report.py'))).toEqual(['collect-to-driver']);
    expect(editor.asked).toContain('workspace/didChangeWatchedFiles');
    await told('helpers.py', 'def load(spark):\n    return spark.read.parquet("/data/users").limit(3)\n');
    expect(await editor.diagnostics('report.py')).toEqual([]);
    await told('helpers.py', 'def load(spark):\n    return spark.read.parquet("/data/users")\n');
    await told('sparkcheck.toml', 'ignore = ["collect-to-driver"]\n');
    expect(await editor.diagnostics('report.py')).toEqual([]);
    editor.open('conf/spark-defaults.conf', 'spark.sql.shuffle.partitions 4\n', 'spark-properties');
    const before = codes(await editor.diagnostics('conf/spark-defaults.conf'));
    await told('compose.yaml', 'services:\n  m:\n    command: org.apache.spark.deploy.master.Master\n');
    expect([before, await editor.diagnostics('conf/spark-defaults.conf')]).toEqual([['hard-coded-parallelism'], []]);
  });

  it('may go with their folder, of which alone the editor tells', async () => {
    folder.write({ 'pkg/helpers.py': 'def load(spark):\n    return spark.read.parquet("/data/users")\n' });
    editor.open('report.py', 'from pkg.helpers import load\nusers = load(spark)\nusers.collect()\n');
    expect(codes(await editor.diagnostics('report.py'))).toEqual(['collect-to-driver']);
    rmSync(join(folder.path, 'pkg'), { recursive: true });
    await editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: editor.uri('pkg'), type: 3 }] });
    expect(await editor.diagnostics('report.py')).toEqual([]);
  });

  it('that hold broken settings say so where it can be mended, until it is', async () => {
    folder.write({ 'sparkcheck.toml': 'ignore = []\n[severities\n' });
    editor.open('job.py', job);
    await editor.diagnostics('job.py');
    const uri = editor.uri('sparkcheck.toml');
    expect(editor.pushed.get(uri)).toMatchObject([{ severity: 1, range: { start: { line: 1 } }, message: expect.stringContaining('no valid TOML') }]);
    folder.write({ 'sparkcheck.toml': 'ignore = []\n' });
    await editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri, type: 2 }] });
    await editor.diagnostics('job.py');
    expect(editor.pushed.get(uri)).toEqual([]);
  });
});

describe('a folder of a repository', () => {
  it('is opened with the settings of the repository', async () => {
    await editor.stop();
    folder.write({ '.git/HEAD': '', 'sparkcheck.toml': 'exclude = ["team/old/**"]\n[severities]\ncollect-to-driver = "error"\n', 'team/job.py': job, 'team/old/job.py': job });
    editor = await server.start(join(folder.path, 'team'));
    for (const name of ['job.py', 'old/job.py']) editor.open(name, job);
    expect((await editor.diagnostics('job.py')).filter(({ code }) => code === 'collect-to-driver')).toMatchObject([{ severity: 1 }]);
    expect(await editor.diagnostics('old/job.py')).toEqual([]);
  });
});

describe('folders that come and go', () => {
  it('take over what is typed and not saved', async () => {
    await editor.stop();
    folder.write({ 'sub/report.py': 'x = 1\n', 'sub/helpers.py': '' });
    editor = await server.start(folder.path, { textDocument: { diagnostic: {} }, notebookDocument: { synchronization: {} }, workspace: { workspaceFolders: true } });
    let folders = [''];
    const named = (name: string): { uri: string; name: string } => ({ uri: editor.uri(name), name });
    editor.connection.onRequest('workspace/workspaceFolders', () => folders.map(named));
    const become = async (now: string[]): Promise<void> => {
      const event = { added: now.filter((name) => !folders.includes(name)).map(named), removed: folders.filter((name) => !now.includes(name)).map(named) };
      folders = now;
      await editor.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event });
      await new Promise((resolve) => setTimeout(resolve, 200));
    };
    const cell = `${editor.uri('sub/n.ipynb').replace('file:', 'vscode-notebook-cell:')}#W0`;
    const found = async (): Promise<string[][]> => [codes(await editor.diagnostics('sub/report.py')), codes(await editor.diagnostics(cell))];
    editor.open('sub/report.py', 'x = 1\n');
    editor.change('sub/report.py', 2, [{ text: 'from helpers import load\nload(spark).collect()\n' }]);
    editor.open('sub/helpers.py', 'def load(spark):\n    return spark.read.parquet("/data/users")\n');
    await editor.connection.sendNotification('notebookDocument/didOpen', {
      notebookDocument: { uri: editor.uri('sub/n.ipynb'), notebookType: 'jupyter-notebook', version: 1, cells: [{ kind: 2, document: cell }] },
      cellTextDocuments: [{ uri: cell, languageId: 'python', version: 1, text: 'rows = spark.read.parquet("/data/orders").collect()' }],
    });
    const all = [['collect-to-driver'], ['collect-to-driver']];
    expect(await found()).toEqual(all);
    await become(['', 'sub']);
    expect(await found()).toEqual(all);
    await become(['']);
    expect(await found()).toEqual(all);
    await editor.connection.sendNotification('textDocument/didClose', { textDocument: { uri: editor.uri('sub/helpers.py') } });
    expect(await found()).toEqual([[], ['collect-to-driver']]);
  });
});

describe('an editor', () => {
  it('that does not watch the disk may save and close what others rest on', async () => {
    folder.write({ 'helpers.py': 'def load(spark):\n    return spark.read.parquet("/data/users").limit(3)\n' });
    editor.open('report.py', 'from helpers import load\nfrom made import other\nload(spark).collect()\nother(spark).collect()\n');
    expect(await editor.diagnostics('report.py')).toEqual([]);
    const text = (name: string): string => `def ${name}(spark):\n    return spark.read.parquet("/data/users")\n`;
    for (const [name, what] of [['helpers.py', 'load'], ['made.py', 'other']] as const) {
      editor.open(name, text(what));
      folder.write({ [name]: text(what) });
      await editor.connection.sendNotification('textDocument/didSave', { textDocument: { uri: editor.uri(name) } });
      await editor.connection.sendNotification('textDocument/didClose', { textDocument: { uri: editor.uri(name) } });
    }
    expect(codes(await editor.diagnostics('report.py'))).toEqual(['collect-to-driver', 'collect-to-driver']);
  });

  it('that renames files is offered the name that Spark reads, where it is free', async () => {
    await editor.stop();
    const text = 'spark.executor.cores 4\n';
    folder.write({ 'other/spark-defaults.conf': text });
    editor = await server.start(folder.path, { textDocument: { diagnostic: {} }, workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ['rename'] } } });
    const renames = async (name: string): Promise<any[]> => {
      editor.open(name, text, 'spark-properties');
      expect(codes(await editor.diagnostics(name))).toEqual(['unread-file-name']);
      const actions: any[] = await editor.connection.sendRequest('textDocument/codeAction', { textDocument: { uri: editor.uri(name) }, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, context: { diagnostics: [] } });
      return actions.filter(({ title }) => title.startsWith('Rename'));
    };
    expect(await renames('conf/spark-default.conf')).toMatchObject([{ kind: 'quickfix', edit: { documentChanges: [{ kind: 'rename', oldUri: editor.uri('conf/spark-default.conf'), newUri: editor.uri('conf/spark-defaults.conf') }] } }]);
    expect(await renames('other/spark-default.conf')).toEqual([]);
  });

  it('without folders in its workspace is not asked for them', async () => {
    await editor.diagnostics('job.py');
    expect(editor.asked).toContain('server ready');
    expect(editor.asked).not.toContain('workspace/workspaceFolders');
    expect(editor.log.filter((line) => /error/i.test(line))).toEqual([]);
  });

  it('is told who answers', () => {
    expect(editor.info).toEqual({ name: 'sparkcheck', version: manifest.version });
  });

  it('that cannot open pages is offered none', async () => {
    await editor.stop();
    editor = await server.start(folder.path, undefined, {});
    editor.open('job.py', job);
    const at = place(job, 'count()');
    const actions: any[] = await editor.connection.sendRequest('textDocument/codeAction', { textDocument: { uri: editor.uri('job.py') }, range: { start: at, end: at }, context: { diagnostics: [] } });
    expect(actions).toHaveLength(3);
    expect(actions.filter(({ command }) => command)).toEqual([]);
  });
});

describe('bad input', () => {
  it('that comes too early, too late or in part is refused by the code for that', async () => {
    const hover = { textDocument: { uri: editor.uri('job.py') }, position: { line: 0, character: 0 } };
    const codeOf = (connection: Editor['connection'], method: string, params: object): Promise<number | undefined> => connection.sendRequest(method, params).then(() => undefined, ({ code }: { code: number }) => code);
    const early = server.connect();
    expect(await codeOf(early.connection, 'textDocument/hover', hover)).toBe(-32002);
    early.stop();
    for (const method of ['textDocument/hover', 'textDocument/completion', 'textDocument/codeAction', 'textDocument/diagnostic']) expect(await codeOf(editor.connection, method, {})).toBe(-32602);
    expect(await codeOf(editor.connection, 'textDocument/hover', { ...hover, position: { line: 'one' } })).toBe(-32602);
    expect(await codeOf(editor.connection, 'textDocument/hover', hover)).toBeUndefined();
    await editor.connection.sendRequest('shutdown');
    expect(await codeOf(editor.connection, 'textDocument/hover', hover)).toBe(-32600);
  });

  it('of any kind is answered', async () => {
    expect(await editor.diagnostics('unknown.py')).toEqual([]);
    editor.open('broken.py', 'def f(:\n  x = spark.read.parquet("/a").collect(\n');
    expect(Array.isArray(await editor.diagnostics('broken.py'))).toBe(true);
    expect(await editor.connection.sendRequest('textDocument/hover', { textDocument: { uri: 'nonsense' }, position: { line: 9, character: 9 } })).toBeNull();
    await expect(editor.connection.sendRequest('no/such/method', {})).rejects.toThrow();
    editor.open('job.py', job);
    expect(codes(await editor.diagnostics('job.py'))).toContain('collect-to-driver');
  });

  it('typed letter by letter never stops it', async () => {
    editor.open('job.py', '');
    let version = 1;
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    let text = job;
    editor.change('job.py', ++version, [{ text }]);
    for (let i = 0; i < 200; i++) {
      const offset = random(text.length);
      const lines = text.slice(0, offset).split('\n');
      const at = { line: lines.length - 1, character: lines.at(-1)!.length };
      const added = ['(', '"', '.', '\n', ' ', ')', "'''", 'x', '#', ':'][random(10)]!;
      text = text.slice(0, offset) + added + text.slice(offset);
      editor.change('job.py', ++version, [{ range: { start: at, end: at }, text: added }]);
      if (i % 20 === 0) expect(Array.isArray(await editor.diagnostics('job.py'))).toBe(true);
    }
    editor.change('job.py', ++version, [{ text: job }]);
    expect(codes(await editor.diagnostics('job.py'))).toEqual(['count-to-test-emptiness', 'collect-to-driver']);
    expect(editor.log.filter((line) => /internal error|failed here/i.test(line))).toEqual([]);
  }, 30_000);
});
