import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NAME_PRELOAD, type NameTable, NETWORK_VARIABLE } from './name-preload.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'names-'));
  writeFileSync(join(folder, 'names.cjs'), NAME_PRELOAD);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program that finds one Service, `auth` in `shop`, whose port 80 is behind a server of its own, and returns what it printed. */
function run(program: string) {
  const misses = join(folder, 'misses.jsonl');
  writeFileSync(misses, '');
  const table: NameTable = {
    hosts: { auth: '127.240.0.1', 'auth.shop': '127.240.0.1' },
    doors: {},
    standIns: {},
    namespaces: ['shop'],
    misses,
  };
  const whole = `
    import http from 'node:http';
    import dns, { lookup } from 'node:dns';
    import { promisify } from 'node:util';
    import net, { connect } from 'node:net';
    const said = [];
    const server = http.createServer((request, response) => response.end(JSON.stringify(request.headers))).listen(0, async () => {
      ${program}
      console.log(JSON.stringify(said));
      process.exit(0);
    });
  `;
  writeFileSync(join(folder, 'program.mjs'), whole);
  // The port of its own server is known only within: the preload reads the table there.
  writeFileSync(
    join(folder, 'with-port.cjs'),
    `const port = 20000 + process.pid % 10000;
     const { createServer } = require('node:http');
     const table = JSON.parse(process.env.${NETWORK_VARIABLE});
     process.env.${NETWORK_VARIABLE} = JSON.stringify({ ...table, doors: { '127.240.0.1:80': port }, standIns: { 4321: 80 } });
     createServer((request, response) => response.end(request.headers.host)).listen(port, '127.0.0.1').unref();
     require('./names.cjs');`,
  );
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', join(folder, 'with-port.cjs'), join(folder, 'program.mjs')],
    {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '', [NETWORK_VARIABLE]: JSON.stringify(table) },
      timeout: 30_000,
    },
  );
  if (stdout === '') throw new Error(stderr);
  return {
    said: JSON.parse(stdout) as unknown,
    misses: readFileSync(misses, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (line === '' ? undefined : (JSON.parse(line) as unknown))),
  };
}

describe('names of Services in a program of Node', () => {
  it('lead to the port of this machine, whoever connects, and keep the name in the request', () => {
    const { said } = run(`
      said.push(await new Promise((resolve) => http.get('http://auth/', (answer) => answer.setEncoding('utf8').on('data', resolve))));
      said.push(await (await fetch('http://auth.shop:80/')).text());
      said.push(await (await fetch('http://AUTH.shop.:4321/')).text());
      said.push(await new Promise((resolve) => { const socket = connect(80, 'auth', () => { socket.destroy(); resolve('connected'); }); }));
    `);
    expect(said).toEqual(['auth', 'auth.shop', 'auth.shop.:4321', 'connected']);
  });

  it('resolve to one address, also where names are imported one by one', () => {
    const { said } = run(`
      said.push(await new Promise((resolve) => lookup('auth', (error, address) => resolve(address))));
      said.push(await new Promise((resolve) => lookup('auth', { all: true }, (error, all) => resolve(all))));
      said.push(await promisify(lookup)('auth.shop'), await dns.promises.lookup('auth'), await dns.promises.resolve4('auth'));
    `);
    const address = '127.240.0.1';
    expect(said).toEqual([
      address,
      [{ address, family: 4 }],
      { address, family: 4 },
      { address, family: 4 },
      [address],
    ]);
  });

  it('are told where no Service has them, and other names are left alone', () => {
    const { said, misses } = run(`
      said.push(await dns.promises.lookup('billing').catch(({ code }) => code));
      said.push(await dns.promises.lookup('localhost').then(({ address }) => net.isIP(address) > 0));
      said.push(await fetch('http://auth:81/').catch(({ cause }) => cause.code));
    `);
    expect(said).toEqual([expect.stringMatching(/^E/), true, 'ECONNREFUSED']);
    expect(misses).toEqual([{ host: 'billing' }, { host: 'auth', port: 81 }]);
  });
});
