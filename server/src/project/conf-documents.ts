/** The project's files that hold settings or commands, read when first asked for, each by what its name and its text tell. */
import { namesCommand } from '../analysis/commands.ts';
import type { ConfDocument, DataForm } from '../program/conf.ts';
import { dataForm, holdsSettings, longestData, startsWithin } from '../syntax/data/index.ts';
import type { Parsed, Syntax } from '../syntax/index.ts';
import { isConfFile, parseProperties } from '../syntax/properties.ts';
import { formsGiven, mayBeScript, scriptForm, setsOrStarts } from '../syntax/shell/index.ts';
import { isSqlFile, parseSql, setsSpark } from '../syntax/sql.ts';
import type { ProjectFiles } from './files.ts';
import { filesWhere, mostScripts, perText } from './kept.ts';
import { toReport } from './module-states.ts';
import { isCodeFile } from './paths.ts';
import { isTestFile } from './surroundings.ts';

/** Scripts, SQL and files of data are everywhere: by its name a file may be one, and what it holds tells whether it is read. */
export const mayHoldSpark = (path: string): boolean => mayBeScript(path) || isSqlFile(path) || dataForm(path) !== undefined;
/** A script or Dockerfile in which something of Spark is started, SQL that sets a key, a YAML, JSON or XML file with its settings: of others no more is read. */
export function holdsSpark(path: string, text: string): boolean {
  const form = dataForm(path);
  if (form !== undefined) return text.length <= longestData && holdsSettings(form, text);
  return isSqlFile(path) ? setsSpark(text) : mayBeScript(path) && setsOrStarts(text) && scriptForm(path, text) !== undefined;
}

/** A fault of ours in one file must not cost the findings of those that it starts, or that start it. */
const caught = (read: (text: string, path: string) => ConfDocument) => (text: string, path: string): ConfDocument | { readonly fault: string } => {
  try {
    return read(text, path);
  } catch (error) {
    return { fault: `could not be read, ${toReport(error)}` };
  }
};

export interface ConfDocuments {
  /** A properties file; a script that starts Spark or a file of data with its settings, once what reads it is there. */
  conf(path: string): ConfDocument | undefined;
  /** What failed in the reading of a file, by a fault of ours. */
  fault(path: string): string | undefined;
  /** By its name alone a properties file, whatever it holds. */
  properties(path: string): ConfDocument | undefined;
  /** The same, and where it is not there, what would have read it is `lacking` from then on. */
  needed(path: string): ConfDocument | undefined;
  /** What `needed` files were to be read by, and was not there. */
  lacking(): readonly Parsed[];
  /** A script, SQL or a file of data that holds something of Spark. */
  isHolder(path: string): boolean;
  /** The grammars and parsers by which a script or a file of data is read, its own first; none: it is neither, or holds nothing of Spark. */
  readersOf(path: string): readonly ('bash' | DataForm)[];
  /** Scripts in which something of Spark is set or started; of very many the first ones. */
  scripts(): readonly string[];
  /** Code and files of data that may start a job; of very many the first ones. */
  launchers(): readonly string[];
}

export function confDocuments(files: ProjectFiles, syntax: Syntax): ConfDocuments {
  const confOf = perText(files, (text, path) => parseProperties(path, text));
  const scripts = perText(files, caught((text, path) => syntax.script(path, text, scriptForm(path, text)!)));
  const data = perText(files, caught((text, path) => syntax.data(path, text, dataForm(path)!)));
  const holdsSparkIn = perText(files, (text, path) => holdsSpark(path, text));
  const sqlOf = perText(files, caught((text, path) => parseSql(path, text)));
  /** Other formats go by such names, too. */
  const looksLikeProperties = perText(files, (text, path) => text.trim() === '' || isConfFile(path, text));
  const isHolder = (path: string): boolean => mayHoldSpark(path) && !isConfFile(path) && holdsSparkIn(path) === true;
  const formsWithin = perText(files, formsGiven);

  function readersOf(path: string): readonly ('bash' | DataForm)[] {
    if (!isHolder(path) || isSqlFile(path)) return [];
    const form = dataForm(path);
    return form === undefined ? ['bash', ...(formsWithin(path) ?? [])] : [form];
  }

  function read(path: string): ConfDocument | { readonly fault: string } | undefined {
    if (isConfFile(path)) return looksLikeProperties(path) ? confOf(path) : undefined;
    if (isSqlFile(path)) return isHolder(path) ? sqlOf(path) : undefined;
    const readers = readersOf(path);
    if (readers.length === 0 || !readers.every(syntax.has)) return undefined;
    return readers[0] === 'bash' ? scripts(path) : data(path);
  }

  function conf(path: string): ConfDocument | undefined {
    const document = read(path);
    return document && 'fault' in document ? undefined : document;
  }

  function fault(path: string): string | undefined {
    const document = read(path);
    return document && 'fault' in document ? document.fault : undefined;
  }

  const scriptsIn = filesWhere(files, mayHoldSpark, (path) => readersOf(path)[0] === 'bash');

  const startsSomething = perText(files, (text, path) => (isCodeFile(path) ? namesCommand(text) : text.length <= longestData && startsWithin(text)));
  const launchersIn = filesWhere(files, (path) => isCodeFile(path) || dataForm(path) !== undefined, (path) => startsSomething(path) === true && !isTestFile(path, files.read(path)));

  const lacked = new Set<Parsed>();
  function needed(path: string): ConfDocument | undefined {
    const document = conf(path);
    if (!document) for (const reader of readersOf(path)) lacked.add(reader);
    return document;
  }

  return { conf, needed, fault, lacking: () => [...lacked].filter((reader) => !syntax.has(reader)), properties: confOf, isHolder, readersOf, scripts: () => scriptsIn().slice(0, mostScripts), launchers: () => launchersIn().slice(0, mostScripts) };
}
