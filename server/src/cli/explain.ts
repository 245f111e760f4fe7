/** `sparkcheck explain` and `sparkcheck rules`: what the rules and the registry know, in the terminal. */
import { type KeyCard, keyCard } from '../knowledge/describe-key.ts';
import { registry } from '../knowledge/registry-reader.ts';
import { nearestName } from '../project/settings.ts';
import type { Rule, RuleLanguage } from '../rule/rule.ts';
import { newestKnown } from '../rule/targets.ts';
import { ruleByName, rules } from '../rules/index.ts';
import { urlOf } from '../lint/finding.ts';
import { wrapped } from './pretty.ts';
import { oneOf, parse, UsageError } from './usage.ts';

export function explain(operands: readonly string[]): number {
  const [name] = operands;
  if (name === undefined || operands.length > 1) throw new UsageError('`sparkcheck explain` takes one name of a rule or a configuration key.');
  const rule = ruleByName(name);
  const card = rule ? undefined : keyCard(registry, name, everyRelease);
  if (!rule && !card) {
    const near = name.startsWith('spark.') ? registry.nearest(name) : nearestName(name, rules.map((each) => each.name));
    throw new UsageError(`There is no rule and no known key \`${name}\`${near === undefined ? '' : ` (did you mean \`${near}\`?)`}. \`sparkcheck rules\` lists the rules.`);
  }
  process.stdout.write(`${rule ? rulePage(rule) : keyPage(card!)}\n`);
  return 0;
}

const languageNames: Readonly<Record<RuleLanguage, string>> = { python: 'Python', scala: 'Scala', conf: 'spark-defaults.conf', shell: 'shell' };

function rulePage(rule: Rule): string {
  const { docs } = rule;
  const width = Math.min(process.stdout.columns ?? 100, 100);
  const section = (title: string, text: string | undefined): string[] => (text === undefined ? [] : ['', title, ...paragraphs(text, width)]);
  const facts = [rule.optIn ? `${rule.severity}, off unless it is switched on` : rule.severity, rule.category, rule.languages.map((each) => languageNames[each]).join(', '), `fix: ${rule.fix}`, ...(rule.spark === undefined ? [] : [`Spark ${rule.spark}`])].join(' · ');
  return [
    `${rule.name}: ${docs.summary}`, facts,
    ...section('What it finds', docs.what), ...section('Why it hurts', docs.why), ...section('When it is fine', docs.fine), ...section('The fix', docs.fix),
    ...docs.examples.flatMap(({ language, bad, good, file, target, beside = {} }) => ['', ...Object.entries(beside).flatMap(([name, text]) => [`With ${name}`, ...indented(text)]), `Found (${file ?? language}${target === undefined ? '' : `, for Spark ${target}`})`, ...indented(bad), 'Better', ...indented(good)]),
    ...Object.entries(rule.options ?? {}).flatMap(([name, option]) => ['', `Option ${name} (default ${JSON.stringify(option.default)})`, ...paragraphs(option.description, width)]),
    '', `Silence it with a reason: # sparkcheck: ignore[${rule.name}] why${rule.languages.includes('scala') ? ' (in Scala: // sparkcheck: …)' : ''}`, urlOf(rule.name),
  ].join('\n');
}

const paragraphs = (text: string, width: number): string[] => text.trim().split(/\n\s*\n/).flatMap((paragraph) => wrapped(paragraph, width, '  '));
const indented = (text: string): string[] => text.trimEnd().split('\n').map((line) => `    ${line}`);

/** All that is known of a key over all releases: no project is looked at. */
const everyRelease = { from: '2.4', to: newestKnown };

function keyPage({ key, warning, texts, facts }: KeyCard): string {
  const width = Math.min(process.stdout.columns ?? 100, 100);
  return [
    key,
    ...(warning === undefined ? [] : wrapped(`${warning}.`, width, '  ')),
    ...texts.flatMap((text) => ['', ...paragraphs(text, width)]),
    ...(facts.length > 0 ? [''] : []), ...facts.map((fact) => wrapped(fact, width, '    ').join('\n').replace(/^ {4}/, '  - ')),
  ].join('\n');
}

export function listRules(args: readonly string[]): number {
  const { values } = parse('rules', args);
  if (oneOf('format', values.format, ['pretty', 'json']) === 'json') {
    const listed = rules.map(({ name, former, category, severity, optIn, languages, fix, docs }) => ({ name, former: former ?? [], category, severity, off: optIn === true, languages, fix, summary: docs.summary, url: urlOf(name) }));
    process.stdout.write(`${JSON.stringify(listed, null, 2)}\n`);
    return 0;
  }
  const longest = Math.max(...rules.map(({ name }) => name.length));
  const widest = Math.max(...rules.map(({ languages }) => languages.join(', ').length));
  for (const category of [...new Set(rules.map((rule) => rule.category))].sort()) {
    process.stdout.write(`${category}\n`);
    for (const { name, severity, optIn, languages, fix, docs } of rules.filter((rule) => rule.category === category)) {
      process.stdout.write(`  ${name.padEnd(longest)}  ${(optIn ? 'off' : severity).padEnd(11)}  ${languages.join(', ').padEnd(widest)}  ${docs.summary}${fix === 'none' ? '' : ` (fix: ${fix})`}\n`);
    }
  }
  return 0;
}
