import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SCENES } from '../cluster/scenes.js';
import { EXIT } from '../cluster/world.js';
import { ClusterTestWorld } from '../support/cluster-test-world.js';

describe('the test of a cluster, on an API of our own', () => {
  it('plays every scene, with its ledger, exit codes and messages, and leaves nothing behind', async () => {
    const world = await ClusterTestWorld.start();
    const { said, folder } = world;
    // Streams have to be there before the pod is killed that loses them.
    expect({ code: await world.play(['--adapters', 'express'], { warmUp: '2s' }), said }).toMatchObject({
      code: EXIT.passed,
    });
    const passed = said.filter((line) => line.startsWith('passed')).map((line) => line.split(/[ :]+/)[2]);
    expect(passed).toEqual(SCENES.map(({ name }) => name));
    expect(said.join('\n')).toMatch(/exit code 137, no message/);
    expect(world.leftBehind).toEqual([]);
    const files = SCENES.flatMap(({ name }) => [`express-${name}.json`, `express-${name}.ledger.jsonl`]);
    expect((await readdir(folder)).toSorted()).toEqual(files.toSorted());
    const ledger = await readFile(join(folder, 'express-ignored-sigterm.ledger.jsonl'), 'utf8');
    const losses = ledger.split('\n').filter((line) => line.includes('"fate":"reset"'));
    expect(losses.length).toBeGreaterThan(0);
    for (const line of losses)
      expect(line).toMatch(/"connection":\{"ageMs":\d.*"pods":\[\{.*"phase":"(?:terminating|exited)"/);
    await world.close();
  });
});
