/** A line above a command that starts Spark, and at the top of a properties file: what it asks of the cluster. */
import { settingsOfSection } from '../lint/document.ts';
import type { ConfDocument, Section } from '../program/conf.ts';
import type { Project } from '../project/project.ts';
import { reckonedWith, resourcesOf } from '../rule/resources.ts';
import { targetsIn } from '../rule/targets.ts';
import type { Range } from '../text/range.ts';
import { resourcesInShort } from './resource-text.ts';

export interface Lens {
  /** The line above which it stands. */
  readonly range: Range;
  readonly title: string;
  /** Where a hover tells how the numbers come about. */
  readonly explainedAt: number;
}

export function lensesOf(project: Project, path: string): Lens[] {
  const conf = project.conf(path);
  if (!conf) return [];
  const { targets } = project.environment(path);
  return conf.sections.flatMap((section) => {
    const entries = settingsOfSection(conf, section);
    const title = resourcesInShort(resourcesOf(entries, targetsIn(section, targets), section.command));
    const explainedAt = section.command?.nameRange.start ?? entries.find(({ key }) => reckonedWith.has(key))?.keySite.start;
    return title === undefined || explainedAt === undefined ? [] : [{ range: placeOf(conf, section), title, explainedAt }];
  });
}

const placeOf = (conf: ConfDocument, { command, start, end }: Section): Range => command?.nameRange ?? (conf.form === 'properties' ? { start: 0, end: 0 } : { start, end });
