import { isOfRemoteShuffle } from '../knowledge/replacements.ts';
import { givesWay } from '../rule/beside.ts';
import { isTrue, valueOf } from '../rule/entries.ts';
import { compareVersions, isPinned } from '../rule/targets.ts';
import { defineRule } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

const tracking = 'spark.dynamicAllocation.shuffleTracking.enabled';
/** Shuffle tracking is on by default from here. */
const trackingSince = '3.4';

export default defineRule({
  name: 'dynamic-allocation-shuffle',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  looksAt: 'settings',
  check(context) {
    const { entries, settings, targets, conf, section, report } = context;
    const enabled = valueOf(entries, 'spark.dynamicAllocation.enabled');
    // What a cluster sets by itself, or a template fills in, may bring the service.
    if (!enabled || !isTrue(enabled) || section?.open || targets.manager === 'databricks') return;
    const all = [...settings, ...entries];
    const master = valueOf(all, 'spark.master')?.value;
    if (master?.startsWith('local')) return;
    const mechanism = isTrue(valueOf(all, 'spark.shuffle.service.enabled')) || isTrue(valueOf(all, 'spark.storage.decommission.shuffleBlocks.enabled')) && isTrue(valueOf(all, 'spark.decommission.enabled')) || all.some(isOfRemoteShuffle);
    // What reads a file may be told of one.
    if (mechanism || [enabled.key, tracking, 'spark.master', 'spark.shuffle.service.enabled'].some((key) => givesWay(key, context))) return;
    const tracked = all.findLast((entry) => entry.key === tracking);
    if (tracked ? tracked.value === undefined || isTrue(tracked) : compareVersions(targets.from, trackingSince) >= 0) return;
    // Where it is not switched off, the service may be set on the cluster: only what is in sight is judged.
    const off = tracked !== undefined;
    if (!off && conf?.form !== 'properties') return;
    const onCluster = master !== undefined || targets.manager !== undefined && targets.manager !== 'local';
    const fatal = onCluster && (off || isPinned(targets) && compareVersions(targets.to, trackingSince) < 0);
    const at = tracked && entries.includes(tracked) ? tracked.valueSite : enabled.keySite;
    report({
      at, severity: fatal ? 'error' : off || isPinned(targets) ? 'warning' : 'information',
      message: off
        ? 'Dynamic allocation is on, shuffle tracking is off, and no external shuffle service is set: nothing keeps the shuffle files of removed executors, and the context does not start on a cluster.'
        : `Dynamic allocation is on without a way to keep the shuffle files of removed executors: before Spark ${trackingSince} shuffle tracking is off unless set, and the context does not start on a cluster.`,
      fixes: conf ? [{ title: off ? 'Switch shuffle tracking on' : 'Add shuffle tracking', safety: 'suggested', edits: off && entries.includes(tracked) ? settingEdits(context).setValue(tracked, 'true') : settingEdits(context).add(enabled, tracking, 'true') }] : [],
    });
  },
  docs: {
    summary: 'dynamic allocation without a way to keep shuffle files',
    what: '`spark.dynamicAllocation.enabled` without external shuffle service, shuffle tracking or decommissioning that moves shuffle blocks.',
    why: 'An executor that is given back takes its shuffle files with it. Spark refuses to start dynamic allocation on a cluster unless something keeps them.',
    fine: 'From Spark 3.4 on shuffle tracking is on by default, and only switching it off is reported. A local master checks nothing.',
    fix: 'Switches shuffle tracking on.',
    examples: [{ language: 'conf', bad: 'spark.dynamicAllocation.enabled  true\nspark.dynamicAllocation.shuffleTracking.enabled  false\n', good: 'spark.dynamicAllocation.enabled  true\nspark.shuffle.service.enabled  true\n' }, { language: 'python', bad: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.dynamicAllocation.enabled", "true").set("spark.dynamicAllocation.shuffleTracking.enabled", "false")\n', good: 'from pyspark import SparkConf\nconf = SparkConf().set("spark.dynamicAllocation.enabled", "true").set("spark.dynamicAllocation.shuffleTracking.enabled", "true")\n' }, { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.dynamicAllocation.enabled", "true")\n    .set("spark.dynamicAllocation.shuffleTracking.enabled", "false")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf()\n    .set("spark.dynamicAllocation.enabled", "true")\n    .set("spark.dynamicAllocation.shuffleTracking.enabled", "true")\n}\n' }, { language: 'shell', bad: 'spark-submit --master yarn \\\n  --conf spark.dynamicAllocation.enabled=true \\\n  --conf spark.dynamicAllocation.shuffleTracking.enabled=false \\\n  job.py\n', good: 'spark-submit --master yarn \\\n  --conf spark.dynamicAllocation.enabled=true \\\n  --conf spark.shuffle.service.enabled=true \\\n  job.py\n' }],
    source: 'Standalone clusters of Spark 3.5.9 and 4.3.0; defaults from the registries.',
  },
});
