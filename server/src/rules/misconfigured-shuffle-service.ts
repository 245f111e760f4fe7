import type { Setting } from '../analysis/model.ts';
import { managerBeside, saysWhole, valueBeside } from '../rule/beside.ts';
import { atStart, isTrue, valueOf } from '../rule/entries.ts';
import { defineRule, type Fix, type SettingsContext } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';
import { allAtLeast, isPinned } from '../rule/targets.ts';

const prefix = 'yarn.nodemanager.aux-services';
const enabled = 'spark.shuffle.service.enabled';
const nameKey = 'spark.shuffle.service.name';
const sparks = 'org.apache.spark.network.yarn.YarnShuffleService';
/** The names under which Spark's service is run; who runs two releases beside each other numbers them. */
const isSparks = (service: string): boolean => /^spark\d?_shuffle$/.test(service);
/** What YARN reads below a service's name. */
const parts: ReadonlySet<string> = new Set(['class', 'classpath', 'system-classes', 'remote-classpath']);
/** What it reads beside the services, here and in its older and newer releases. */
const others = /^yarn\.nodemanager\.aux-services\.(manifest(\..*)?)$/;

export default defineRule({
  name: 'misconfigured-shuffle-service',
  category: 'configuration',
  severity: 'error',
  since: '0.1.0',
  languages: ['conf'],
  fix: 'suggested',
  looksAt: 'settings',
  check(context) {
    const { entries, text, section, report } = context;
    checkName(context);
    const list = valueOf(entries, prefix);
    const services = list?.value.split(',').map((service) => service.trim()).filter((service) => service !== '') ?? [];
    if (!entries.some(({ key }) => key.startsWith('yarn.nodemanager.'))) return;
    if (list) reportNames(context, list);
    const misspelt = new Set(reportMisspelt(context, services));
    for (const service of services.filter(isSparks)) {
      const key = `${prefix}.${service}.class`;
      const own = valueOf(entries, key);
      const at = list!.valueSite;
      const start = at.start + Math.max(0, text.slice(at.start, at.end).search(new RegExp(`\\b${service}\\b`)));
      if (own && own.value.trim() !== sparks) reportClass(context, own, service);
      // Files that are taken in, or a cluster that has its own, may say it; a misspelt key is told of already.
      if (entries.some((entry) => entry.key === key || entry.key === `${prefix}.manifest.enabled` || entry.key === `${prefix}.manifest`) || section?.open || misspelt.has(key)) continue;
      report({
        at: { ...at, start, end: Math.min(at.end, start + service.length) },
        message: `\`${service}\` is a service of the NodeManager without a class: no \`${key}\` is set, and the NodeManager does not start.`,
        fixes: [{ title: `Add \`${key}\``, safety: 'suggested', edits: settingEdits(context).add(list!, key, sparks) }],
      });
    }
    // Distributions set the class of each release that they bring, and list those that run.
    if (list && !services.some(isSparks)) for (const entry of entries) {
      const service = /\.(\w+)\.class$/.exec(entry.key)?.[1];
      if (service === undefined || entry.key !== `${prefix}.${service}.class` || !isSparks(service) || entry.value?.trim() !== sparks) continue;
      const next = `${list.value}${services.length > 0 ? ',' : ''}${service}`;
      report({
        at: entry.keySite, severity: 'information', related: [{ site: list.valueSite, message: 'the services' }],
        message: `\`${prefix}\` does not list \`${service}\`: its class is set, and the NodeManager does not run it.`,
        fixes: [{ title: `List \`${service}\``, safety: 'suggested', edits: settingEdits(context).setValue(list, next) }],
      });
    }
  },
  docs: {
    summary: 'Spark\'s shuffle service on YARN lacks its class, or a key is misspelt',
    what: 'In a `yarn-site.xml` (or the `yarn-site` of an EMR configuration) `yarn.nodemanager.aux-services` lists `spark_shuffle` and its class is not set, or is another one; a name in the list is none that YARN takes, as with a blank behind the comma; a key of such a service is misspelt (`auxservices`, `mapreduce.shuffle` for `mapreduce_shuffle`); or the class is set and the service is not listed. In Spark\'s own settings, on YARN: a `spark.shuffle.service.name` under which the project\'s `yarn-site.xml` runs no service (`spark_shuffle` unless set, from Spark 3.2 on).',
    why: 'A NodeManager that is told of a service without a class stops with an error. Keys that YARN does not know are ignored without a word. Without the service, executors of an application with `spark.shuffle.service.enabled` fail as they register with it; a name that no NodeManager knows is refused as their containers start.',
    fine: 'Services of other names are their owners\' business; a misspelt key of MapReduce\'s, whose class is set by default, is told only beside a service of Spark\'s that lacks its own. Where one release of Spark is listed, the class of another may be set. What an included file, a template, or EMR itself sets is not missed.',
    fix: 'Inserts the property in the style of the file, writes the class of Spark\'s service or the list as YARN takes it, renames the key, or lists the service: the NodeManager runs it from its next start on.',
    examples: [{
      language: 'conf', file: 'yarn-site.xml',
      bad: '<configuration>\n  <property>\n    <name>yarn.nodemanager.aux-services</name>\n    <value>spark_shuffle</value>\n  </property>\n</configuration>\n',
      good: '<configuration>\n  <property>\n    <name>yarn.nodemanager.aux-services</name>\n    <value>spark_shuffle</value>\n  </property>\n  <property>\n    <name>yarn.nodemanager.aux-services.spark_shuffle.class</name>\n    <value>org.apache.spark.network.yarn.YarnShuffleService</value>\n  </property>\n</configuration>\n',
    }],
    source: 'Hadoop\'s `AuxServices` and Spark\'s guide to the external shuffle service, read; how the list is taken apart was tried on the Hadoop of Spark 3.5.',
  },
});

/** YARN takes the list apart at its commas alone: a blank belongs to the name, which may have none. */
function reportNames(context: SettingsContext, list: Setting & { readonly value: string }): void {
  const written = list.value.split(',');
  const wrong = written.find((name) => !/^[A-Za-z_]\w*$/.test(name) && /^\s*[A-Za-z_][\w.-]*\s*$/.test(name));
  if (wrong === undefined) return;
  const right = written.map((name) => name.trim().replace(/[.-]/g, '_')).join(',');
  context.report({
    at: list.valueSite,
    message: wrong.trim() === wrong ? `\`${wrong}\` is no name that YARN takes for a service (letters, digits and underscores): the NodeManager does not start.` : `YARN takes the blank beside \`${wrong.trim()}\` for a part of its name, which may have none: the NodeManager does not start.`,
    fixes: [{ title: `Write \`${right}\``, safety: 'suggested', edits: settingEdits(context).setValue(list, right) }],
  });
}

/** An application asks the NodeManager for the service by its name. */
function checkName(context: SettingsContext): void {
  const { entries, targets, yarn, report } = context;
  const list = yarn?.(prefix);
  const services = list?.value.split(',').map((service) => service.trim()) ?? [];
  const own = services.filter((service) => yarn!(`${prefix}.${service}.class`)?.value === sparks);
  // Before 3.2 the name is Spark's own affair.
  if (own.length === 0 || !allAtLeast(targets, '3.2')) return;
  for (const entry of atStart(entries)) {
    if (entry.key !== enabled || !isTrue(entry) || managerBeside(entry, context) !== 'yarn') continue;
    const named = valueBeside(entry, nameKey, context);
    // Vendors build in another name.
    if (named === 'unknown' || named === 'unset' && (!isPinned(targets) || !saysWhole(context))) continue;
    const name = named === 'unset' ? 'spark_shuffle' : named.value.trim();
    if (services.includes(name)) continue;
    const edits = own.length > 1 ? [] : named === 'unset' ? settingEdits(context).add(entry, nameKey, own[0]!) : entries.includes(named) ? settingEdits(context).setValue(named, own[0]!) : [];
    report({
      at: named === 'unset' ? entry.keySite : named.valueSite, severity: 'warning', related: [{ site: list!.site, message: 'the services' }],
      message: `Spark asks the NodeManager for a service \`${name}\`${named === 'unset' ? ', its name unless `spark.shuffle.service.name` says otherwise' : ''}, and the project's \`yarn-site.xml\` runs Spark's as ${own.map((service) => `\`${service}\``).join(' and ')}: on that cluster no executor starts.`,
      fixes: edits.length > 0 ? [{ title: `Name it \`${own[0]!}\``, safety: 'suggested', edits }] : [],
    });
  }
}

function reportClass(context: SettingsContext, entry: Setting & { readonly value: string }, service: string): void {
  const written = entry.value.trim();
  // Vendors have services of their own.
  if (!/^org\.apache\.|YarnShuffleService/i.test(written)) return;
  context.report({
    at: entry.valueSite,
    message: `The class of \`${service}\` is \`${written}\`, which is not Spark's shuffle service: that is \`${sparks}\`.`,
    fixes: [{ title: `Write \`${sparks}\``, safety: 'suggested', edits: settingEdits(context).setValue(entry, sparks) }],
  });
}

/**
 * A key that does not name Spark: services of others are their owners' business, and MapReduce's has its class by default.
 * Where Spark's own lacks its class, the NodeManager does not start, and these keys are what is mended next.
 */
const concernsSpark = (near: string, entries: readonly Setting[], services: readonly string[]): boolean =>
  services.some((service) => isSparks(service) && (near === prefix || !entries.some(({ key }) => key === `${prefix}.${service}.class`)));

/** Keys that were meant for a service and that YARN does not read. Returns what they were meant to be. */
function reportMisspelt(context: SettingsContext, services: readonly string[]): string[] {
  const { entries, report } = context;
  return entries.flatMap((entry) => {
    const near = meant(entry, services);
    if (near === undefined || !/spark/i.test(near + entry.key + (entry.value ?? '')) && !concernsSpark(near, entries, services)) return [];
    const taken = entries.some(({ key }) => key === near);
    const fixes: Fix[] = taken ? [] : [{ title: `Rename to \`${near}\` (the setting then takes effect)`, safety: 'suggested', edits: settingEdits(context).renameKey(entry, near) }];
    report({ at: entry.keySite, severity: 'warning', message: `YARN reads no key \`${entry.key}\` and ignores it without a word; the nearest is \`${near}\`${taken ? ', which is set too' : ''}.`, fixes });
    return [near];
  });
}

/** `yarn.nodemanager.auxservices.mapreduce.shuffle.class` → `yarn.nodemanager.aux-services.mapreduce_shuffle.class`. */
function meant({ key, value }: Setting, services: readonly string[]): string | undefined {
  const match = /^yarn\.node-?manager\.aux(?:iliary)?[-_.]?services?(?:\.(.+))?$/i.exec(key);
  if (!match || others.test(key)) return undefined;
  if (match[1] === undefined) return key === prefix ? undefined : prefix;
  const dot = match[1].lastIndexOf('.');
  const part = match[1].slice(dot + 1);
  if (dot < 0 || !parts.has(part)) return undefined;
  const written = match[1].slice(0, dot);
  const letters = (name: string): string => name.replace(/\W|_/g, '').toLowerCase();
  const known = [...services, 'mapreduce_shuffle', 'spark_shuffle'];
  const named = known.find((each) => each === written) ?? known.find((each) => letters(each) === letters(written)) ?? (/^\w+$/.test(written) ? written : undefined);
  const service = part === 'class' && value?.trim() === sparks && named !== undefined && !isSparks(named) ? known.find(isSparks) : named;
  const near = service === undefined || written === service && key.startsWith(`${prefix}.`) ? undefined : `${prefix}.${service}.${part}`;
  return near === key ? undefined : near;
}
