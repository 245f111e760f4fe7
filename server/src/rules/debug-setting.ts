import { judged } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';
import { settingEdits } from '../rule/setting-edits.ts';

/** What is set to look into Spark, and what it costs where it stays. */
const settings: Readonly<Record<string, { readonly left: (value: string) => boolean; readonly cost: string }>> = {
  'spark.sql.optimizer.excludedRules': { left: (value) => /\w/.test(value), cost: 'Spark then plans without these rules for all queries; they are left out to find a fault, or to get round one that a newer release may have mended' },
  'spark.sql.codegen.wholeStage': { left: isFalse, cost: 'the operators of a stage are then not compiled into one function, and hand on each row from one to the next' },
  'spark.sql.codegen.factoryMode': { left: (value) => /^(NO_CODEGEN|CODEGEN_ONLY)$/i.test(value), cost: 'it is there for tests of Spark itself' },
  'spark.sql.codegen.fallback': { left: isFalse, cost: 'a query whose generated code does not compile then fails, where it would be interpreted' },
  'spark.sql.codegen.comments': { left: isTrue, cost: 'it writes comments into generated code, for whoever reads that' },
  'spark.sql.adaptive.forceApply': { left: isTrue, cost: 'it makes Spark plan adaptively even where there is nothing to adapt, and is there for tests' },
  'spark.sql.planChangeLog.level': { left: isLoud, cost: 'each step of each plan then goes into the log' },
};

export default defineRule({
  name: 'debug-setting',
  category: 'configuration',
  severity: 'information',
  since: '0.1.0',
  languages: ['python', 'scala', 'conf', 'shell'],
  fix: 'suggested',
  yieldsTo: ['duplicate-key', 'invalid-value', 'removed-key', 'deprecated-key', 'ineffective-setting', 'too-new-key', 'overridden-setting'],
  looksAt: 'settings',
  check(context) {
    const { entries, fileKind, report } = context;
    if (fileKind === 'test') return;
    for (const entry of judged(entries)) {
      const known = Object.hasOwn(settings, entry.key) ? settings[entry.key]! : undefined;
      if (!known?.left(entry.value.trim())) continue;
      // Set to and fro, it is set on purpose.
      if (entry.means === 'runtime' && entries.some((other) => other !== entry && other.key === entry.key && other.value !== entry.value)) continue;
      const edits = settingEdits(context).remove(entry);
      report({ at: entry.keySite, message: `\`${entry.key}\` is set to look into Spark, and seems to be left over: ${known.cost}.`, fixes: edits.length > 0 ? [{ title: 'Remove this setting', safety: 'suggested', edits }] : [] });
    }
  },
  docs: {
    summary: 'a setting for looking into Spark was left in',
    what: `Rules of the optimizer that are left out, whole-stage code generation switched off, and other switches that are there to find faults in Spark or to test it: ${Object.keys(settings).map((key) => `\`${key}\``).join(', ')}.`,
    why: 'They help to find out why a query goes wrong, and are forgotten afterwards. Each of them makes all queries slower, or fills the log.',
    fine: 'Where a fault of Spark that is not mended yet is got round: say so in a comment that silences the rule. Tests, and code that sets the key to and fro, are not reported.',
    fix: 'Removes the setting; plans and speed may change.',
    examples: [
      { language: 'conf', bad: 'spark.sql.codegen.wholeStage  false\n', good: 'spark.sql.codegen.wholeStage  true\n' },
      { language: 'python', bad: 'spark.conf.set("spark.sql.optimizer.excludedRules", "org.apache.spark.sql.catalyst.optimizer.ColumnPruning")\n', good: 'spark.conf.set("spark.sql.optimizer.excludedRules", "")\n' },
      { language: 'scala', bad: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.sql.codegen.wholeStage", "false")\n}\n', good: 'import org.apache.spark.SparkConf\n\nobject Job extends App {\n  val conf = new SparkConf().set("spark.sql.codegen.wholeStage", "true")\n}\n' },
      { language: 'shell', bad: 'spark-submit --conf spark.sql.codegen.wholeStage=false job.py\n', good: 'spark-submit --conf spark.sql.codegen.wholeStage=true job.py\n' },
    ],
    source: 'Types, words and releases from the registries of 2.4.0 to 4.3.0; what each of them does is seen in the plans of Spark 3.5.6 and 4.3.0.',
  },
});

function isTrue(value: string): boolean {
  return /^true$/i.test(value);
}
function isFalse(value: string): boolean {
  return /^false$/i.test(value);
}
function isLoud(value: string): boolean {
  return /^(info|warn|error)$/i.test(value);
}
