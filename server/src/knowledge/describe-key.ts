/** A configuration key as Markdown, for hovers and `sparkcheck explain`. */
import type { KeyFacts, Registry } from './registry.ts';
import { unitName } from './values.ts';
import { compare } from './version.ts';

const typeNames: Readonly<Record<string, string>> = { boolean: 'true or false', int: 'whole number', long: 'whole number', double: 'number', decimal: 'number', time: 'time', bytes: 'size', enum: 'one of a few words', string: 'text', regex: 'regular expression' };

export function describeKey(registry: Registry, facts: KeyFacts, targets: { readonly from: string; readonly to: string }): string {
  const lines: string[] = [`**\`${facts.key}\`**`];
  if (facts.explanation) lines.push('', facts.explanation);
  if (facts.advice) lines.push('', facts.advice);
  const points = [typeLine(facts), defaultLine(registry, facts, targets), allowedLine(facts), scopeLine(facts), ...historyLines(facts)].filter((line) => line !== undefined);
  lines.push('', ...points.map((line) => `- ${line}`));
  return lines.join('\n');
}

function typeLine(facts: KeyFacts): string {
  const seq = /^seq<(.*)>$/.exec(facts.type);
  const name = seq ? 'comma-separated list' : typeNames[facts.type] ?? facts.type;
  const bare = facts.type === 'time' || facts.type === 'bytes' ? `; a bare number is ${unitName(facts.unit ?? (facts.type === 'time' ? 'ms' : 'b'))}` : '';
  return `Type: ${name}${bare}${facts.constraint ? `; ${facts.constraint.replace(/\bx\b/g, 'value').replace(/(\d)L\b/g, '$1')}` : ''}`;
}

function defaultLine(registry: Registry, facts: KeyFacts, targets: { readonly from: string; readonly to: string }): string {
  const shown = (value: string | undefined): string => (value === undefined ? 'none' : `\`${value === '' ? '(empty)' : value}\``);
  const range = targets.from === targets.to ? targets.to : `${targets.from}–${targets.to}`;
  const changes = facts.defaults.filter(({ from }) => compare(from, targets.from) > 0 && compare(from, `${targets.to}.99`) <= 0);
  if (changes.length === 0) return `Default: ${shown(registry.defaultIn(facts, targets.to))} (Spark ${range})`;
  return `Default: ${shown(registry.defaultIn(facts, targets.from))} in Spark ${targets.from}, ${changes.map(({ from, value }) => `${shown(value)} from ${from}`).join(', ')}`;
}

function allowedLine(facts: KeyFacts): string | undefined {
  return facts.allowed && facts.allowed.length > 0 ? `Values: ${facts.allowed.map((value) => `\`${value}\``).join(', ')}` : undefined;
}

function scopeLine(facts: KeyFacts): string {
  switch (facts.scope) {
    case 'session': return 'Can be set at run time, per session';
    case 'static': return 'Static: only before the session is made; setting it at run time raises';
    case 'app': return 'Read when the application starts; setting it at run time has no effect or raises';
  }
}

function historyLines(facts: KeyFacts): (string | undefined)[] {
  return [
    facts.since ? `Since Spark ${facts.since}` : undefined,
    facts.deprecated ? `Deprecated since ${facts.deprecated.since}${facts.deprecated.use ? `: use \`${facts.deprecated.use}\`` : ''}` : undefined,
    facts.removed ? `Not read any more from ${facts.removed.since}${facts.removed.use ? `: use \`${facts.removed.use}\`` : ''}${facts.removed.note ? ` (${facts.removed.note})` : ''}` : undefined,
    facts.alternatives.length > 0 ? `Also read: ${facts.alternatives.map((key) => `\`${key}\``).join(', ')}` : undefined,
    facts.internal ? 'Internal to Spark: may change without notice' : undefined,
  ];
}
