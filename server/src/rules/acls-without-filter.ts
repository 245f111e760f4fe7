import { managerBeside, saysWhole, valueBeside } from '../rule/beside.ts';
import { atStart, isForCluster, isTrue } from '../rule/entries.ts';
import { defineRule } from '../rule/rule.ts';

const enabled = 'spark.acls.enable';
const filters = 'spark.ui.filters';

export default defineRule({
  name: 'acls-without-filter',
  category: 'configuration',
  severity: 'warning',
  since: '0.1.0',
  languages: ['conf'],
  fix: 'none',
  yieldsTo: ['duplicate-key', 'invalid-value', 'comment-in-value', 'quoted-value'],
  looksAt: 'settings',
  check(context) {
    if (!isForCluster(context) || !saysWhole(context)) return;
    for (const entry of atStart(context.entries)) {
      if (entry.key !== enabled || !isTrue(entry) || valueBeside(entry, filters, context) !== 'unset') continue;
      const manager = managerBeside(entry, context);
      // On YARN the UI stands behind the proxy of the cluster, which brings a filter.
      if (manager !== 'standalone' && manager !== 'k8s') continue;
      context.report({ at: entry.keySite, message: `\`${enabled}\` asks who looks at the UI, and no filter in \`${filters}\` says who it is: somebody without a name may see all, so the lists do nothing.` });
    }
  },
  docs: {
    summary: 'access lists of the UI without a filter that tells who asks',
    what: '`spark.acls.enable true` in a properties file for a standalone cluster or Kubernetes that sets no `spark.ui.filters`.',
    why: 'Spark compares the lists with the user that a servlet filter has found out. Without a filter there is none, and Spark lets requests without a user see everything: the lists look like protection and are none.',
    fine: 'On YARN the proxy of the cluster brings its filter. Where the manager is not in sight, or a template may set the filter, nothing is reported.',
    examples: [
      { language: 'conf', bad: 'spark.master  spark://host:7077\nspark.acls.enable  true\nspark.ui.view.acls  ann,bob\n', good: 'spark.master  spark://host:7077\nspark.acls.enable  true\nspark.ui.view.acls  ann,bob\nspark.ui.filters  com.acme.LoginFilter\n' },
    ],
    source: 'Tried on Spark 3.5.6 and 4.3.0: with a list of others and no filter the pages of the UI are handed out.',
  },
});
