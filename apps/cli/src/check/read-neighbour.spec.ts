import { symlink } from 'node:fs/promises';
import { checkWorld } from '../../../../test/support/check-world.js';
import { neighbourReader } from './read-neighbour.js';
import { ReadOnce } from './read-once.js';

const { at, write, run } = checkWorld();

describe('what checked files name', () => {
  it('is read where it is in a folder that was named, and nowhere else', async () => {
    await write({ 'shop/a.env': 'A=1', 'secret.env': 'A=2', 'shop/big.env': 'A'.repeat(1024 * 1024 + 1) });
    await symlink(at('secret.env'), at('shop', 'linked.env'));
    const read = neighbourReader(new ReadOnce(), at('elsewhere'), [at('shop')]);
    expect(read('../shop/a.env')).toBe('A=1');
    expect(read('../secret.env')).toBeUndefined();
    expect(read('../shop/linked.env')).toBeUndefined();
    expect(read('../shop/big.env')).toBeUndefined();
    expect(read('../shop')).toBeUndefined();
    expect(read('../shop/none.env')).toBeUndefined();
  });

  it('is an env file of a Compose file', async () => {
    const lines = [
      'services:',
      '  orders:',
      '    image: shop/orders',
      '    command: node main.js',
      '    env_file: a.env',
    ];
    await write({ 'shop/compose.yaml': [...lines, ''].join('\n') });
    expect((await run('check', 'shop')).out).toContain('a.env is not here');
    await write({ 'shop/a.env': 'SHUTDOWN_GRACE_PERIOD=90s\n' });
    expect((await run('check', 'shop')).out).toContain('stop_grace_period: 90s');
    expect((await run('check', 'shop/compose.yaml')).out).toContain('stop_grace_period: 90s');
  });
});
