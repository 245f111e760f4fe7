/** A method of Spark in a few sentences, for hovers: what runs at the call, what shuffles, what comes to the driver. */
import type { Language, Method } from '../knowledge/api.ts';

export function describeMethod(method: Method, language: Language): string {
  const since = method.since?.[language];
  const lines = [
    what(method, language), method.costly ? (language === 'python' ? 'Runs Python code for the rows, on the executors.' : 'Runs your code for the rows, on the executors.') : undefined,
    since !== undefined && isLate(since) ? `${language === 'python' ? 'PySpark' : 'Spark'} ${since} and later.` : undefined,
  ];
  return [`**${method.owner}.${method.name}**`, lines.filter((line) => line !== undefined).join(' ')].filter(Boolean).join('\n\n');
}

/** What all supported releases have needs no mention. */
const isLate = (since: string): boolean => Number(since.split('.')[0]) >= 3;

function what(method: Method, language: Language): string | undefined {
  if (method.cache) return cacheText(method, language);
  if (method.name === 'pivot') return 'One column for each value (lazy). Without a list of the values, a job at the call finds them.';
  if (method.reads !== undefined) return actionText(method);
  if (method.owner === 'DataStreamWriter' && method.io) return 'Starts the streaming query: its batches run from here on.';
  if (method.lineage === 'source') return sourceText(method);
  return gives(method, isDataset) ? transformationText(method) : builderText(method);
}

function cacheText({ cache, owner }: Method, language: Language): string {
  if (cache === 'cache') return 'Marks the dataset for caching (lazy): the next action fills the cache.';
  if (cache === 'release') return owner === 'Catalog' ? 'Releases every cache of the session.' : 'Releases the cache.';
  return owner === 'RDD' ? 'Marks the dataset to be kept by the next action; its lineage ends here then.' : `Keeps the rows and ends the lineage here: runs a job at the call, unless it is given ${language === 'python' ? '`eager=False`' : '`eager = false`'}.`;
}

function actionText(method: Method): string {
  if (method.io?.does === 'write') return 'An action: computes everything and writes it out.';
  const reads = method.reads === 'all' ? 'reads everything' : 'stops once it has enough, but what lies below a shuffle runs in full';
  const brings = bringText(method);
  return `An action: ${reads}${brings === undefined ? '' : `${method.reads === 'all' ? ',' : ';'} ${brings}`}.`;
}

function bringText({ driver, returns, shuffle, name }: Method): string | undefined {
  if (driver === 'none') return name.startsWith('foreach') ? 'and your function runs on the executors' : undefined;
  if (driver === 'all') return shuffle === 'yes' && returns.some(({ kind }) => kind.startsWith('dict')) ? 'one entry for each key comes to the driver' : 'all rows come to the driver';
  if (driver === 'scalar') return name.startsWith('count') ? 'one number comes to the driver' : 'one value comes to the driver';
  if (name === 'first') return 'one row comes to the driver';
  return driver === 'bounded' ? 'a few rows come to the driver' : 'the rows come to the driver partition by partition';
}

function sourceText(method: Method): string {
  const { io, name } = method;
  if (name === 'sql') return 'A query (lazy): it runs when its result is computed, while commands such as `INSERT` run at the call.';
  if (gives(method, (kind) => kind === 'RDD') && io) return 'Reads a source (lazy).';
  return io ? 'Reads a source (lazy): at the call no more than its schema needs.' : 'Makes a dataset of what the program holds (lazy).';
}

function transformationText(method: Method): string {
  if (gives(method, (kind) => kind === 'GroupedData')) return 'Groups the rows (lazy): the aggregate that follows makes a dataset, and shuffles when that is computed.';
  return `Transformation (lazy): ${shuffleText(method)}.${jobText[method.job] ?? ''}`;
}

function shuffleText({ shuffle, lineage }: Method): string {
  if (shuffle === 'yes') return 'shuffles when its result is computed';
  if (shuffle === 'no') return 'no shuffle';
  return lineage === 'join' ? 'shuffles when its result is computed, unless one side is broadcast or both already lie by their keys' : 'may shuffle when its result is computed';
}

const jobText: Readonly<Partial<Record<Method['job'], string>>> = { maybe: ' May run a job at the call.', plan: ' Runs a job at the call where a shuffle lies below.', yes: ' Runs a job at the call, too.' };

function builderText(method: Method): string | undefined {
  const made = method.returns.map(({ kind }) => kind).find((kind) => /(Reader|Writer|WriterV2|Builder|NaFunctions|StatFunctions)$/.test(kind));
  const job = jobText[method.job]?.trim();
  return job ?? (made === undefined ? undefined : `Gives a \`${made}\`: nothing runs yet.`);
}

const gives = ({ returns }: Method, test: (kind: string) => boolean): boolean => returns.some(({ kind }) => test(kind.replace(/^(list|tuple|iterator):/, '')));
const isDataset = (kind: string): boolean => /^(DataFrame|RDD|DStream|GroupedData|PandasCogroupedOps|self|callback)$/.test(kind);
