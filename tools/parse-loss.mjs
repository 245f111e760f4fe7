/** `npm run parse-loss -- PATH… [--totals]`: see server/src/cli/parse-loss.ts. Builds first where nothing is built. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { root } from './root.mjs';

const bundle = join(root, 'dist/sparkcheck.js');
if (!existsSync(bundle)) await build();
process.exitCode = spawnSync(process.execPath, [bundle, 'parse-loss', ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
