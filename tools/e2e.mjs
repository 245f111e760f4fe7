/**
 * Runs test/e2e in a real VS Code. The host is a desktop VS Code where one can be had, else VS Code's server in a
 * browser; SPARKCHECK_E2E_HOST=desktop or =browser asks for one of them. Never skipped: no host is a failure.
 */
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, realpath, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { root } from './root.mjs';
import { launchBrowser, startServer } from './vscode.mjs';

const out = join(root, '.cache/e2e');
const minutes = 5;

/** Runs the suite; the counts, and on which host. */
export async function runE2e() {
  await build();
  await bundleSuite();
  const workspace = await freshWorkspace();
  await rm(join(out, 'result.json'), { force: true });
  try {
    const host = await chooseHost();
    console.log(`e2e on ${host.name}`);
    await host.run(workspace);
    const { passed, failed, report } = await result();
    console.log(report);
    return { host: host.name, passed, failed };
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}

/** Each file of the suite becomes a bundle of its own, which Mocha loads inside the extension host. */
async function bundleSuite() {
  const esbuild = await import('esbuild');
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'package.json'), '{ "type": "commonjs" }');
  const suite = (await readdir(join(root, 'test/e2e/suite'))).filter((name) => name.endsWith('.test.ts'));
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['test/e2e/index.ts', ...suite.map((name) => `test/e2e/suite/${name}`)],
    outdir: out, outbase: 'test/e2e', bundle: true, platform: 'node', format: 'cjs', target: 'es2022', sourcemap: 'inline',
    external: ['vscode', 'mocha'], logLevel: 'warning',
  });
}

async function freshWorkspace() {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'sparkcheck-e2e-')));
  await cp(join(root, 'test/e2e/workspace'), folder, { recursive: true });
  return folder;
}

async function chooseHost() {
  const wish = process.env.SPARKCHECK_E2E_HOST;
  if (wish === 'browser') return browserHost;
  const electron = await import('@vscode/test-electron');
  const desktop = (executable) => ({ name: 'a desktop VS Code', run: (workspace) => runOnDesktop(electron, executable, workspace) });
  if (wish === 'desktop') return desktop(await electron.downloadAndUnzipVSCode({ cachePath: join(root, '.cache/vscode/desktop') }));
  // A desktop VS Code needs a display, except where the system always has one.
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return browserHost;
  try {
    return desktop(await electron.downloadAndUnzipVSCode({ cachePath: join(root, '.cache/vscode/desktop'), timeout: 60_000 }));
  } catch (error) {
    console.log(`A desktop VS Code cannot be had (${error.message}).`);
    return browserHost;
  }
}

async function runOnDesktop(electron, vscodeExecutablePath, workspace) {
  const data = await mkdtemp(join(tmpdir(), 'sparkcheck-desktop-'));
  try {
    await electron.runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: root,
      extensionTestsPath: join(out, 'index.js'),
      launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust', '--disable-telemetry', '--user-data-dir', data],
    });
  } catch (error) {
    // Failed tests are told by the result; without one the host itself has failed.
    if (!existsSync(join(out, 'result.json'))) throw error;
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

const browserHost = {
  name: "VS Code's server in Chromium",
  async run(workspace) {
    const server = await startServer();
    let browser;
    try {
      browser = await launchBrowser();
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      const console = [];
      await page.exposeFunction('codeAutomationLog', (type, args) => console.push(`${type}: ${args.join(' ')}`));
      const ended = new Promise((resolve) => page.exposeFunction('codeAutomationExit', resolve));
      await page.goto(server.url(workspace, { developed: root, tests: join(out, 'index.js') }));
      const code = await Promise.race([ended, after(minutes * 60_000)]);
      if (code === undefined) {
        await page.screenshot({ path: join(root, '.cache/e2e-timeout.png') });
        throw new Error(`the e2e suite did not end within ${minutes} minutes (see .cache/e2e-timeout.png)\n${console.join('\n')}\n${server.log()}`);
      }
    } finally {
      await browser?.close();
      await server.stop();
    }
  },
};

const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds).unref());

async function result() {
  try {
    return JSON.parse(await readFile(join(out, 'result.json'), 'utf8'));
  } catch {
    throw new Error('the e2e suite ended without a result');
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { host, passed, failed } = await runE2e();
  console.log(`e2e on ${host}: ${passed} passed, ${failed} failed`);
  process.exit(failed > 0 || passed === 0 ? 1 : 0);
}
