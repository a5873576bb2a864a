import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { itNeeds, netNamespaces } from '../../../../../test/support/machine.js';
import { killAfterTest } from '../../../../../test/support/started-programs.js';
import { reset } from '../loopback-server.js';
import { type Dial } from '../pod-ways.js';
import { BRING_UP_ENV, netNamespace } from './net-namespace.js';
import { AGENT_OPTIONS, agentCommand, PodSandbox } from './pod-sandbox.js';

/** A network of its own, with ways out to those ports. */
async function sandbox(outbound: readonly number[] = []) {
  const { namespace } = netNamespace();
  if (namespace === undefined) throw new Error('itNeeds has seen one');
  let tell: (note: string) => void = () => undefined;
  const note = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const pod = await PodSandbox.start({ namespace, outbound, onNote: (said) => tell(said) });
  killAfterTest({ kill: () => pod.close() });
  return { pod, note };
}

/** Runs JavaScript in there; `said` is its first line. */
async function run(pod: PodSandbox, source: string): Promise<{ child: ChildProcess; said: string }> {
  const [program, ...args] = [...pod.enter, process.execPath, '-e', source];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  killAfterTest({
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, said: said.toString().trim() };
}

function dialled(dial: Dial): Promise<Socket> {
  return new Promise((opened, refused) => void dial({ opened, refused }));
}

describe('a network of its own for a pod', () => {
  itNeeds(netNamespaces, 'has its own ports, which are refused, half closed and reset as they really are', async () => {
    const server = `require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
        socket.on('error', ({ code }) => console.log('error', code));
        socket.on('data', (data) => socket.write('heard ' + data));
        socket.on('end', () => socket.end('and the end'));
      }).listen(3000, () => console.log('up'));`;
    const [{ pod }, other] = await Promise.all([sandbox(), sandbox()]);
    await expect(dialled(pod.to(3000))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const { child } = await run(pod, server);
    await run(other.pod, server);
    const socket = await dialled(pod.to(3000));
    socket.end('me, ');
    expect(await text(socket)).toBe('heard me, and the end');
    const cut = await dialled(pod.to(3000));
    reset(cut);
    const [line] = (await once(child.stdout ?? socket, 'data')) as [Buffer];
    expect(line.toString().trim()).toBe('error ECONNRESET');
  });

  itNeeds(netNamespaces, 'leads out on the ports that are known, and counts what leads nowhere', async () => {
    const database = createServer((socket) => void socket.end(`the database, to ${socket.localAddress}`));
    await once(database.listen(0, '0.0.0.0'), 'listening');
    const address = database.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    killAfterTest({ kill: () => new Promise((closed) => void database.close(() => closed())) });
    const { pod } = await sandbox([port]);
    const asks = (host: string, at: number) => `await new Promise((done) => {
        const socket = require('node:net').connect(${at}, '${host}');
        socket.on('data', (data) => said.push(String(data))).on('error', ({ code }) => said.push(code)).on('close', done);
      });`;
    const { said } = await run(
      pod,
      `(async () => { const said = []; ${asks('localhost', port)} ${asks('127.1.2.3', port)} ${asks('127.0.0.1', 3000)} console.log(said.join(' | ')); })()`,
    );
    expect(said).toBe('the database, to 127.0.0.1 | the database, to 127.1.2.3 | ECONNREFUSED');
    expect(await pod.lostCalls()).toEqual({ refused: 1, datagrams: 0 });
  });

  itNeeds(netNamespaces, 'refuses what is dialled once it has gone, and says so where it was not closed', async () => {
    const { pod, note } = await sandbox();
    const [, target = ''] = /--target=(\d+)/.exec(pod.enter.join(' ')) ?? [];
    const refused = dialled(pod.to(3000));
    await expect(refused).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    process.kill(Number(target), 'SIGKILL');
    expect(await note).toMatch(/ended before the pod did/);
    await expect(dialled(pod.to(3000))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await pod.lostCalls()).toBeUndefined();
  });

  itNeeds(
    netNamespaces,
    'ends with the program that began it, also when that is killed and can do nothing',
    async () => {
      const { namespace } = netNamespace();
      if (namespace === undefined) throw new Error('itNeeds has seen one');
      const [command = '', ...args] = agentCommand(namespace);
      // The process in the network has its output from the program: that is closed only when both have ended.
      const program = spawn(process.execPath, [
        '-e',
        `const agent = require('node:child_process').spawn(${JSON.stringify(command)}, ${JSON.stringify(args)}, {
         ...${JSON.stringify(AGENT_OPTIONS)},
         stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
         env: { ...process.env, ...${JSON.stringify(BRING_UP_ENV)}, NODE_OPTIONS: '' },
       });
       agent.on('message', ({ type }) => console.log(type));
       agent.send({ type: 'listen', ports: [], resolvers: [] });`,
      ]);
      killAfterTest({ kill: async () => void program.kill('SIGKILL') });
      const [said] = (await once(program.stdout, 'data')) as [Buffer];
      expect(said.toString().trim()).toBe('listening');
      const closed = once(program, 'close');
      program.kill('SIGKILL');
      expect(await closed).toEqual([null, 'SIGKILL']);
    },
  );
});
