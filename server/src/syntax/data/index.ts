/** YAML, JSON and XML files with settings of Spark: which files they are, and what of them is read. */
import { formerVariable } from '../../knowledge/submit.ts';
import type { DataFile, DataForm, Section } from '../../program/conf.ts';
import { plainName } from '../template-names.ts';
import { sectionOfXml, sectionsOf } from './shapes.ts';
import { withoutTemplates } from './templates.ts';
import type { Tree } from './tree.ts';

/** By its name, without the ending of a template. */
export function dataForm(path: string): DataForm | undefined {
  const name = plainName(path).toLowerCase();
  if (lockFile.test(name)) return undefined;
  if (/\.ya?ml$/.test(name)) return 'yaml';
  if (/\.(jsonc?|json5)$/.test(name)) return 'json';
  return name.endsWith('-site.xml') || name === 'site.xml' ? 'xml' : undefined;
}

const lockFile = /^(package(-lock)?|composer|tsconfig.*|pnpm-lock)\.(json|ya?ml)$/;

const keyOrKind = /\bkind["']?[ \t]*:[ \t]*["']?(?:Scheduled)?Spark(?:Application|Connect|Cluster)\b|(?:^|[\s{,"'])(?:spark:)?spark\.[A-Za-z][\w.-]*["']?[ \t]*:/;
/** A text of properties in YAML. */
const embedded = /:[ \t]*\|[-+\d]*[ \t]*\r?\n(?:[ \t]*(?:[#!{][^\n]*|\r)?\n)*[ \t]+spark\.[\w.-]+[ \t=:]/;
/** What starts Spark, or is told to it, in lines that are no comment. */
const command = /^(?![ \t]*#).*?(?:\bspark_?submit_?(?:parameters|task)\b|\bspark\d?-(?:submit|shell|sql)\b(?![\w.-])|\borg\.apache\.spark\.deploy\.SparkSubmit\b|\bdataproc[ \t]+(?:jobs|batches|clusters|workflow-templates)\b|\baws[ \t]+emr[ \t]|\bstart-(?:thriftserver|connect-server)\.sh\b|\b(?:PYSPARK|SPARKR)_SUBMIT_ARGS\b|\bSPARK_SUBMIT_OPTIONS\b|\bType["']?[ \t]*:[ \t]*["']?Spark\b)/im;
/** A command may stand in it, or an application that is run. */
export const startsWithin = (text: string): boolean => command.test(text) || /\bmainApplicationFile\b/.test(text);
/** Options of the JVM of Spark's servers. */
const javaOption = /-Dspark\.[\w.-]+=/;
const shuffleService = /\bspark\d?_shuffle\b/;
const element = /<name>\s*spark\./;

/** Cheap, and true of every text in which sections are found: the others are not parsed. What only says how settings are written holds none. */
export const holdsSettings = (form: DataForm, text: string): boolean => (shuffleService.test(text) || (form === 'xml' ? element : keyOrKind).test(text) || form !== 'xml' && (embedded.test(text) || command.test(text) || javaOption.test(text) || formerVariable.test(text))) && !text.includes('CustomResourceDefinition');

const ofDatabricks = /databricks|\bspark_version\b|\bnode_type_id\b/i;
/** Longer texts are data, or written by machines. */
export const longestData = 1_000_000;

export type Reader = (text: string) => Tree & { readonly open?: boolean };

/** `read` is the parser of the form. */
export function dataOf(path: string, text: string, form: DataForm, read: Reader): DataFile {
  const template = withoutTemplates(text);
  const tree = read(template.text);
  const around = { form, text, masked: template.text, databricks: ofDatabricks.test(text), open: template.filled || tree.open === true, branchAt: template.branchAt };
  const { comments, errors, commented } = tree;
  const sections = form === 'xml' ? xmlSections(path, tree, around) : sectionsOf(tree.roots, around);
  return { form, path, text, comments: [...comments, ...sections.flatMap((section) => section.comments ?? [])].sort((a, b) => a.start - b.start), errors, commented, sections };
}

function xmlSections(path: string, { roots }: Tree, around: Parameters<typeof sectionOfXml>[1]): Section[] {
  return roots.flatMap((root) => (root.is === 'mapping' && root.pairs.length > 0 ? [sectionOfXml(root, around, /yarn-site/.test(path) ? 'yarn' : undefined)] : []));
}
