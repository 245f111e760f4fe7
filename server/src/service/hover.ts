/** What the editor shows at a place: facts on a key, a method, a dataset, a rule. Markdown. */
import type { Dataset, Setting, SparkProgram, Value } from '../analysis/model.ts';
import { describeKey } from '../knowledge/describe-key.ts';
import type { Method } from '../knowledge/api.ts';
import { api } from '../knowledge/api-reader.ts';
import { registry } from '../knowledge/registry-reader.ts';
import { settingsOfSection } from '../lint/document.ts';
import type { ConfDocument } from '../program/conf.ts';
import type { Expr, Language } from '../program/program.ts';
import { forEachExpression } from '../program/expressions.ts';
import type { Project } from '../project/project.ts';
import { managerNames } from '../rule/commands.ts';
import { describeSource, lineage, rootsOf } from '../rule/queries.ts';
import { reckonedWith, resourcesOf } from '../rule/resources.ts';
import { actionsOn } from '../rule/uses.ts';
import { type Targets, targetsIn } from '../rule/targets.ts';
import { ruleByName } from '../rules/index.ts';
import { listed } from '../text/listed.ts';
import { type Range, touches } from '../text/range.ts';
import { describeMethod } from './method-text.ts';
import { describeResources } from './resource-text.ts';

export interface Hover {
  readonly range: Range;
  readonly markdown: string;
}

/** `offset` counts in the module's text (for notebooks: the code cells joined). */
export function hoverAt(project: Project, path: string, offset: number): Hover | undefined {
  const conf = project.conf(path);
  const targets = project.targets(path);
  if (conf) return ruleHover(conf.text, offset) ?? entryHover(conf, targets, offset) ?? commandHover(conf, targets, offset);
  const program = project.program(path);
  if (!program) return undefined;
  const { lowered: { text }, settings, sections } = program;
  const told = sections.flatMap((section) => settingsOfSection({ path }, section));
  return ruleHover(text, offset) ?? keyHover([...settings, ...told], targets, offset) ?? commandHover({ path, sections }, targets, offset) ?? codeHover(program, offset);
}

function keyHover(settings: readonly Setting[], targets: Targets, offset: number): Hover | undefined {
  const setting = settings.find((each) => touches(each.keySite, offset) && each.keySite.end - each.keySite.start < 200);
  if (!setting) return undefined;
  const markdown = describeKey(registry, setting.key, targets);
  return markdown === undefined ? undefined : { range: setting.keySite, markdown };
}

/** A key, and what its section asks of the cluster where the key has a part in that. A section may say itself which Spark reads it. */
function entryHover(conf: ConfDocument, targets: Targets, offset: number): Hover | undefined {
  for (const section of conf.sections) {
    const own = targetsIn(section, targets);
    const settings = settingsOfSection(conf, section);
    const hover = keyHover(settings, own, offset);
    if (!hover) continue;
    const asked = settings.some(({ key, keySite }) => touches(keySite, offset) && reckonedWith.has(key)) ? describeResources(resourcesOf(settings, own, section.command)) : undefined;
    return asked === undefined ? hover : { ...hover, markdown: `${hover.markdown}\n\n**With the other entries here**\n\n${asked}` };
  }
  return undefined;
}

/** The name of what is started. */
function commandHover(conf: Pick<ConfDocument, 'path' | 'sections'>, targets: Targets, offset: number): Hover | undefined {
  const section = conf.sections.find(({ command }) => command && touches(command.nameRange, offset));
  if (!section?.command) return undefined;
  const resources = resourcesOf(settingsOfSection(conf, section), targets, section.command);
  const asked = describeResources(resources);
  const on = resources.manager === undefined ? '' : ` on ${managerNames[resources.manager]}`;
  return asked === undefined ? undefined : { range: section.command.nameRange, markdown: `**${section.command.launcher}**${on}\n\n${asked}` };
}

/** A rule's name in an ignore comment. */
function ruleHover(text: string, offset: number): Hover | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = text.slice(start, end < 0 ? undefined : end);
  if (!/sparkcheck:\s*ignore/.test(line)) return undefined;
  for (const match of line.matchAll(/[a-z]+(?:-[a-z]+)+/g)) {
    const range = { start: start + match.index, end: start + match.index + match[0].length };
    const rule = touches(range, offset) ? ruleByName(match[0]) : undefined;
    if (rule) return { range, markdown: `**${rule.name}** (${rule.severity})\n\n${rule.docs.what}\n\n${rule.docs.why}` };
  }
  return undefined;
}

/** The narrowest name or method around a place. */
function codeHover(program: SparkProgram, offset: number): Hover | undefined {
  let best: (Hover & { readonly size: number }) | undefined;
  /** What calls give, by what is called. */
  const given = new Map<Expr, Value | undefined>();
  forEachExpression(program.lowered, (expr, range) => {
    if (expr.kind === 'call') given.set(expr.fn, program.types.get(expr));
    if (expr.kind === 'member') {
      const nameStart = range.end - expr.name.length;
      const word = { start: nameStart, end: range.end };
      if (!touches(word, offset)) return;
      const on = program.types.get(expr.on);
      const named = on && methodOf(on, expr.name, program.lowered.language);
      const method = named && asCalled(named, given.get(expr));
      const markdown = method ? describeMethod(method, program.lowered.language) : datasetText(program, program.types.get(expr), expr.name);
      if (markdown !== undefined) best = narrower(best, { range: word, markdown, size: word.end - word.start });
    } else if (expr.kind === 'name' && touches(range, offset)) {
      const markdown = datasetText(program, program.types.get(expr), expr.name);
      if (markdown !== undefined) best = narrower(best, { range, markdown, size: range.end - range.start });
    }
  });
  return best ?? assignedHover(program, offset);
}

const narrower = <T extends { size: number }>(a: T | undefined, b: T): T => (a && a.size <= b.size ? a : b);

/** The name on the left of an assignment has no value of its own: the datasets that were bound to it tell. */
function assignedHover(program: SparkProgram, offset: number): Hover | undefined {
  const { text } = program.lowered;
  const start = offset - /\w*$/.exec(text.slice(Math.max(0, offset - 80), offset))![0].length;
  const word = /^\w+/.exec(text.slice(start, start + 80))?.[0];
  if (word === undefined) return undefined;
  const rest = text.slice(start + word.length, start + word.length + 3);
  if (!/^\s*=(?!=)/.test(rest)) return undefined;
  const dataset = program.datasets.find((each) => each.names.some(({ name }) => name === word) && each.site.module === program.path && each.site.start >= start && each.site.start - start < word.length + 200);
  return dataset ? { range: { start, end: start + word.length }, markdown: describeDataset(program, dataset, word) } : undefined;
}

/** `rdd.collect { case … }` is no action: what is a dataset again was made by the other method of the name. */
const asCalled = (method: Method, result: Value | undefined): Method =>
  (method.reads !== undefined && result?.some((item) => item.is === 'spark' && item.dataset) && method.variants?.[0]?.method) || method;

function methodOf(on: Value, name: string, language: Language): Method | undefined {
  for (const item of on) {
    const kind = item.is === 'spark' ? item.kind : item.is === 'owner' ? item.kind : undefined;
    const method = kind === undefined ? undefined : api.method(kind, name, language);
    if (method) return method;
  }
  return undefined;
}

function datasetText(program: SparkProgram, value: Value | undefined, name: string): string | undefined {
  for (const item of value ?? []) {
    if (item.is !== 'spark') continue;
    if (item.dataset) return describeDataset(program, item.dataset, name);
    return `**${name}**: ${item.kind}\n\n${item.why.text}.`;
  }
  return undefined;
}

const boundText = { rows: 'a limited number of rows', groups: 'one row per group', unbounded: 'all rows of its source', unknown: 'an unknown number of rows' } as const;

/** Kind, source, steps, cached or not, how often used. */
export function describeDataset(program: SparkProgram, dataset: Dataset, name: string): string {
  const steps = lineage(dataset).map((each) => each.made).reverse().filter((step) => !step.startsWith('parameter') && step !== 'unknown');
  const cached = program.events.some((event) => event.kind === 'cache' && event.on.includes(dataset));
  const actions = actionsOn(program, dataset).length;
  const sources = [...new Set(rootsOf(dataset).flatMap((root) => describeSource(root) ?? []))];
  const lines = [
    sources.length > 0 ? `Read from ${listed(sources, 4)}.` : `${dataset.why.text}.`,
    steps.length > 0 ? `Steps: ${steps.slice(-8).map((step) => `\`${step}\``).join(' → ')}.` : undefined,
    `Holds ${boundText[dataset.bound.is]}${dataset.bound.is === 'rows' && dataset.bound.rows !== undefined ? ` (at most ${dataset.bound.rows})` : ''}${dataset.streaming === 'yes' ? ', a stream' : ''}. ${cached ? 'Cached' : 'Not cached'}; ${actions === 0 ? 'no action' : actions === 1 ? 'one action' : `${actions} actions`} in this file ${actions > 1 ? 'use' : 'uses'} it.`,
  ];
  return `**${name}**: ${dataset.kind}\n\n${lines.filter((line) => line !== undefined).join('\n\n')}`;
}
