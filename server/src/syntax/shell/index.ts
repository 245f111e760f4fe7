/** Scripts, Dockerfiles and Makefiles with commands that start Spark: which files they are, and what of them is read. */
import { formerVariable } from '../../knowledge/submit.ts';
import type { DataForm, Script, Section } from '../../program/conf.ts';
import { overlaps, type Range } from '../../text/range.ts';
import { plainName } from '../template-names.ts';
import type { RawNode } from '../tree.ts';
import { namesCloud } from './cloud.ts';
import { launchIn, readLine } from './command-line.ts';
import { blanked, prepareDockerfile } from './dockerfile.ts';
import { givenScripts } from './given-scripts.ts';
import { holdsData, sectionsOfGiven } from './given-data.ts';
import { prepareMakefile } from './makefile.ts';
import { inOrder, type Read, readScript } from './script.ts';
import { gone } from './words.ts';
import { type Written, writesSettings, writtenFiles } from './written-files.ts';

/** A script by its name, templates included; one without an ending is one by its first line, and an environment file by its ending alone. */
export function scriptForm(path: string, text?: string): Script['form'] | undefined {
  const name = plainName(path);
  if (/\.(sh|bash|zsh|ksh)$/.test(name)) return 'shell';
  if (/^(Dockerfile|Containerfile)([.-].*)?$|\.(dockerfile|containerfile)$/i.test(name)) return 'dockerfile';
  if (/^(GNUm|[Mm])akefile([.-].*)?$|\.(mk|mak)$/.test(name)) return 'makefile';
  return text !== undefined && /^[\w-]+$/.test(name) && /^#!.*\b(ba|z|k|da)?sh\b/.test(text) ? 'shell' : undefined;
}

/** Whether a script may be one without its text being asked. */
export const mayBeScript = (path: string): boolean => scriptForm(path) !== undefined || /(^|\/)[\w-]+$/.test(path);

const launchers = /spark\d?-(?:submit|shell|sql|class)|\bpyspark|\bsparkR\b|start-(?:thriftserver|connect-server)|spark_?submit|PYSPARK_SUBMIT_ARGS/i;
/** Some launcher of Spark is named in it. */
export const namesLauncher = (text: string): boolean => launchers.test(text);
/** Something of Spark is started or set in it: others are not read. */
export const setsOrStarts = (text: string): boolean => namesLauncher(text) || /-Dspark\./.test(text) || formerVariable.test(text) || writesSettings(text) || namesCloud(text) || holdsData(text);
export { formsGiven } from './given-data.ts';

/** More scripts within a script are not read. */
const mostInner = 20;

/** A script with those that it gives to other shells: each is read as a text of the same length, with blanks around it. */
function readAll(shell: string, parse: (shell: string) => RawNode, starts: readonly Range[] = []): Omit<Read, 'inner'> {
  const outer = readScript(parse(shell), shell, starts);
  const given = givenScripts(shell).filter(({ start, end }) => namesLauncher(shell.slice(start, end)) || namesCloud(shell.slice(start, end))).slice(0, mostInner).map(({ start, end, quoted }) => {
    const text = shell.slice(start, end);
    // A backslash goes that hides a sign from the shell that gives the text.
    const alone = blanked(shell.slice(0, start)) + (quoted ? text : text.replace(/\\([\\$`])/g, `${gone}$1`)) + blanked(shell.slice(end));
    return readScript(parse(alone), alone, [], quoted);
  });
  const inner = outer.inner.filter(({ start, end }) => namesLauncher(shell.slice(start, end)) || namesCloud(shell.slice(start, end))).slice(0, mostInner).map(({ start, end, around, escaped }) => {
    const text = shell.slice(start, end);
    const alone = blanked(shell.slice(0, start)) + (escaped ? text.replace(/\\([\\"$`])/g, `${gone}$1`) : text) + blanked(shell.slice(end));
    return { around, ...readScript(parse(alone), alone) };
  }).filter(({ sections }) => sections.length > 0);
  if (inner.length === 0 && given.length === 0) return outer;
  return {
    sections: [...outer.sections, ...given.flatMap(({ sections }) => sections), ...inner.flatMap(({ sections }) => sections.map(withinQuotes))].sort(inOrder),
    statements: [...outer.statements, ...given.flatMap(({ statements }) => statements), ...inner.map(({ around }) => around)].sort(inOrder),
    comments: [...outer.comments, ...given.flatMap(({ comments }) => comments)].sort(inOrder), errors: [...outer.errors, ...given.flatMap(({ errors }) => errors)].sort(inOrder),
  };
}

/** The quotes around a script are not to be broken by those that a fix would write. */
const withinQuotes = (section: Section): Section => ({ ...section, entries: section.entries.map((entry) => ({ ...entry, told: entry.told && { ...entry.told, within: 'split' } })) });

/** What a template fills in is one word, whatever blanks stand in it. */
const withoutTemplates = (text: string): string => text.replace(/\{\{[^{}\n]*\}\}/g, (hole) => hole.replace(/[^\w{}.]/g, '_'));

/** Lines that hold nothing but what a template does, `{% if … %}`, come to nothing: a command that is continued above goes on below. */
const withoutDirectives = (text: string): string =>
  text.replace(/^[ \t]*(?:\{%[^%\n]*%\}|\{\{-?[ \t]*(?:if|else|end|range|with)\b[^{}\n]*\}\})[ \t]*(?=\r?\n)/gm, (line) => `${' '.repeat(line.length - 1)}\\`);

/** `parse` gives the tree of a text of the same length, `data` what a text of YAML or JSON holds. */
export function scriptOf(path: string, text: string, form: Script['form'], parse: (shell: string) => RawNode, data: (text: string, form: DataForm) => readonly Section[] | undefined): Script {
  const given = sectionsOfGiven(text, data);
  const script = commandsOf(path, text, form, parse);
  if (given.length === 0) return script;
  return { ...script, sections: [...script.sections, ...given].sort(inOrder), statements: [...script.statements, ...given].sort(inOrder), errors: script.errors.filter((range) => !given.some((each) => overlaps(each, range))) };
}

function commandsOf(path: string, text: string, form: Script['form'], parse: (shell: string) => RawNode): Script {
  const written = writtenFiles(path, text);
  if (form === 'shell') {
    const shell = withoutTemplates(withoutDirectives(text));
    const { sections, statements, comments, errors } = readAll(shell, parse);
    return withWritten({ form, path, text, sections, statements, comments, errors, bodies: [] }, written);
  }
  if (form === 'makefile') {
    const { shell, comments } = prepareMakefile(withoutTemplates(text));
    const read = readAll(shell, parse);
    return withWritten({ form, path, text, ...read, comments: [...comments, ...read.comments].sort(inOrder), bodies: [] }, written);
  }
  const { shell, comments, starts, lists } = prepareDockerfile(withoutTemplates(text));
  const read = readAll(shell, parse, starts);
  const listed = lists.flatMap(({ words, start, end }): Section[] => {
    const launch = launchIn(words, text);
    if (!launch) return [];
    const line = readLine(launch.launcher, launch.rest);
    return [{ start, end, entries: line.entries, command: { launcher: launch.launcher, nameRange: { start: launch.name.start, end: launch.name.end }, start, end, arguments: line.arguments, breaks: [], open: line.open } }];
  });
  return withWritten({ form, path, text, sections: [...read.sections, ...listed].sort(inOrder), statements: [...read.statements, ...listed.map(({ start, end }) => ({ start, end }))].sort(inOrder), comments, errors: read.errors, bodies: [] }, written);
}

/** In a file that is written here a `#` begins a comment of that file. */
function withWritten(script: Script, { sections, comments, bodies }: Written): Script {
  if (sections.length === 0) return script;
  const outside = (range: Range): boolean => !bodies.some((body) => overlaps(body, range));
  return {
    ...script, bodies, sections: [...script.sections, ...sections].sort(inOrder), comments: [...script.comments.filter(outside), ...comments].sort(inOrder),
    statements: [...script.statements, ...sections.flatMap(({ entries }) => entries.map(({ start, end }) => ({ start, end })))].sort(inOrder), errors: script.errors.filter(outside),
  };
}
