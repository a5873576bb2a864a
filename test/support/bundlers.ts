import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { minifySync } from '@swc/core';
import { root } from './repository.js';

/** What a program asks for only where it is used, and what brings files of its own; not in the bundle. */
const EXTERNAL = [
  ...['class-validator', 'class-transformer', '@fastify/static', '@fastify/view', '@nestjs/platform-socket.io'],
  ...['@grpc', '@nats-io', 'amqplib', 'amqp-connection-manager', 'ioredis', 'kafkajs', 'mqtt', 'nats'],
  ...['@electric-sql/pglite', 'pg-native', '@nestjs/swagger', '@nestjs/typeorm', 'typeorm'],
];

/** One program as one minified file. */
export interface Bundle {
  /** The program's main file. */
  readonly main: string;
  /** Where the bundle goes: a `.cjs`, or an `.mjs` where the program awaits at its top level. */
  readonly file: string;
  /** More packages that stay outside. */
  readonly external?: readonly string[];
}

export type BundlerName = 'esbuild' | 'SWC' | 'webpack' | 'bun';

const make: Record<BundlerName, (bundle: Bundle) => void> = {
  esbuild,
  bun: (bundle) => bun(bundle, '--minify'),
  // It has no bundler of its own any more. What esbuild makes of ES modules it mangles wrongly.
  SWC: (bundle) => {
    bun(bundle);
    const { code } = minifySync(readFileSync(bundle.file, 'utf8'), {
      compress: true,
      mangle: true,
      module: isModule(bundle),
    });
    writeFileSync(bundle.file, code);
  },
  webpack: (bundle) => {
    const config = `${bundle.file}.config.cjs`;
    writeFileSync(config, webpackConfig(bundle));
    npx('-p', 'webpack@5.113.0', '-p', 'webpack-cli@6.0.1', 'webpack', '--config', config);
  },
};

export function makeBundle(bundler: BundlerName, bundle: Bundle): void {
  mkdirSync(dirname(bundle.file), { recursive: true });
  make[bundler](bundle);
}

function esbuild(bundle: Bundle): void {
  const requireInModules =
    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  npx(
    ...['esbuild@0.28.2', bundle.main, '--bundle', '--minify', '--platform=node', '--log-level=error'],
    ...[`--outfile=${bundle.file}`, ...patterns(bundle).map((pattern) => `--external:${pattern}`)],
    ...(isModule(bundle) ? ['--format=esm', `--banner:js=${requireInModules}`] : ['--format=cjs']),
  );
}

function bun(bundle: Bundle, ...more: string[]): void {
  npx(
    ...['bun@1.4.5', 'build', bundle.main, '--target=node', `--format=${isModule(bundle) ? 'esm' : 'cjs'}`],
    ...[`--outfile=${bundle.file}`, ...patterns(bundle).flatMap((pattern) => ['-e', pattern]), ...more],
  );
}

/** With Terser, as webpack has it by default, and all in one file. Awaiting at the top level needs no other format there. */
function webpackConfig(bundle: Bundle): string {
  const names = [...EXTERNAL, ...(bundle.external ?? [])];
  const config = {
    mode: 'production',
    target: 'node20',
    devtool: false,
    entry: bundle.main,
    output: { path: dirname(bundle.file), filename: basename(bundle.file) },
    module: { parser: { javascript: { dynamicImportMode: 'eager' } } },
    stats: 'errors-only',
  };
  const externals = `[/^(${names.join('|').replaceAll('/', '\\/')})(\\/|$)/]`;
  return `module.exports = { ...${JSON.stringify(config)}, externals: ${externals}, externalsType: 'commonjs' };`;
}

function isModule({ file }: Bundle): boolean {
  return file.endsWith('.mjs');
}

function patterns({ external = [] }: Bundle): string[] {
  return [...EXTERNAL, ...external].flatMap((name) => [name, `${name}/*`]);
}

function npx(...args: string[]): void {
  execFileSync('npx', ['--yes', ...args], { cwd: root, stdio: 'inherit' });
}
