import type { Site } from '../analysis/model.ts';
import type { Manager } from '../knowledge/submit.ts';
import type { Argument } from '../program/conf.ts';
import { isIgnored, managerNames, options, placeOf } from '../rule/commands.ts';
import { defineRule, type Edit, type Fix } from '../rule/rule.ts';
import { withoutArgument } from '../rule/setting-edits.ts';
import { listed } from '../text/listed.ts';
import { contains, sliceOf } from '../text/range.ts';

/** What does there what was meant. */
const instead: Readonly<Partial<Record<string, Readonly<Partial<Record<Manager, string>>>>>> = {
  '--num-executors': { standalone: 'There `--total-executor-cores` bounds the cores of the application' },
  '--total-executor-cores': { yarn: 'There `--num-executors` says how many executors there are', k8s: 'There `--num-executors` says how many executors there are' },
};

const named = (of: readonly Argument[]): string => listed([...new Set(of.map(({ text }) => `\`${text!}\``))]);

const placing: ReadonlySet<string> = new Set(['spark.master', 'spark.submit.deployMode']);

export default defineRule({
  name: 'ineffective-option',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['shell'],
  fix: 'safe and suggested',
  tags: ['unnecessary'],
  yieldsTo: ['refused-submit'],
  looksAt: 'settings',
  check({ command, entries, targets, text, path, report }) {
    if (!command) return;
    const place = placeOf(command, entries, targets);
    // What a variable holds may be another thing by the time the command runs.
    const written = entries.every(({ key, value, valueSite }) => !placing.has(key) || contains(command, valueSite) && value !== undefined && sliceOf(text, valueSite).includes(value));
    const idle = options(command).filter(({ text: name }) => isIgnored(name!, place, targets));
    const site = ({ start, end }: Argument): Site => ({ module: path, start, end });
    const removing = (of: readonly Argument[]): Edit[] => of.flatMap((each) => (contains(command, each) ? withoutArgument(text, each, each.text!) : []));
    const fixes = (of: readonly Argument[]): Fix[] => {
      const edits = removing(of);
      return edits.length > 0 ? [{ title: `Remove ${named(of)}`, safety: written ? 'safe' : 'suggested', edits }] : [];
    };
    const [first, ...others] = idle;
    // A run on one machine takes nothing from a cluster, whatever it asks for: one finding for all of it.
    if (first && place.manager === 'local') {
      const verb = others.length > 0 ? 'have' : 'has';
      return report({
        at: site(first), severity: 'information', fixes: fixes(idle), related: others.map((each) => ({ site: site(each), message: 'nor has this one' })),
        message: `${named(idle)} ${verb} no effect on a local master: all runs in the driver, whose heap is \`--driver-memory\`.`,
      });
    }
    for (const argument of idle) {
      const name = argument.text!;
      const mode = place.modes.length === 1 && !isIgnored(name, { ...place, modes: ['client', 'cluster'] }, targets) ? ` in ${place.modes[0]!} mode` : '';
      const better = instead[name]?.[place.manager!];
      report({
        at: site(argument),
        message: `\`${name}\` has no effect on ${managerNames[place.manager!]}${mode}: spark-submit drops it without a word.${better === undefined ? '' : ` ${better}.`}`,
        fixes: fixes([argument]),
      });
    }
  },
  docs: {
    summary: 'an option that the cluster manager or the deploy mode ignores',
    what: 'An option of spark-submit, or of a shell or server, that Spark drops with the master and the deploy mode of the same command: `--num-executors` on a standalone cluster, `--total-executor-cores` and `--supervise` on YARN, `--driver-cores` in client mode, sizes of executors on a local master.',
    why: 'Nothing is said in the log. The job runs with other resources than the command asks for.',
    fine: 'Where the master or the mode is not in sight, nothing is reported. On a local master it is information, once for a command: there is no cluster that the job could have had. An option may be kept for a run with another master: then say so in a comment that silences the rule.',
    fix: 'Removes the option. Spark does the same without it. The fix is suggested where the master or the mode comes out of a variable.',
    examples: [{ language: 'shell', bad: 'spark-submit --master yarn --deploy-mode client --driver-cores 4 job.py\n', good: 'spark-submit --master yarn --deploy-mode cluster --driver-cores 4 job.py\n' }],
    source: 'The step of spark-submit that prepares a launch, asked for each option, master and mode in all releases from 2.4.0 to 4.3.0; tried on a standalone cluster of 3.5.9 and 4.3.0.',
  },
});
