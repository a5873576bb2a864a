import { repeatCommand } from './repeat-command.js';

describe('repeatCommand', () => {
  it('adds the seed, unless it was typed', () => {
    expect(repeatCommand(['rehearse', '--', 'node', 'main.js'], 7)).toBe(
      'npx nestjs-lifecycle rehearse --seed 7 -- node main.js',
    );
    expect(repeatCommand(['rehearse', '--seed', '3', '--', 'node', 'main.js'], 3)).toBe(
      'npx nestjs-lifecycle rehearse --seed 3 -- node main.js',
    );
  });

  it('leaves the values of variables to the shell', () => {
    const args = [
      'rehearse',
      '--env',
      'URL=postgres://me:secret@db/x',
      'KEY=secret',
      '--env=OTHER=secret',
      '--',
      'node',
      'A=b',
    ];
    expect(repeatCommand(args, 1)).toBe(
      'npx nestjs-lifecycle rehearse --seed 1 --env URL="$URL" KEY="$KEY" --env=OTHER="$OTHER" -- node A=b',
    );
  });

  it('leaves the login, which holds a password, to the shell', () => {
    const login = 'POST /login {"password":"secret"}';
    expect(repeatCommand(['rehearse', '--login', login, `--login=${login}`, '--', 'node', '--login', 'x'], 1)).toBe(
      'npx nestjs-lifecycle rehearse --seed 1 --login "$LOGIN" --login="$LOGIN" -- node --login x',
    );
  });

  it('quotes what a shell would change', () => {
    expect(repeatCommand(['rehearse', '--request', `POST /a {"b":"it's"} x3`, '--', 'node'], 1)).toBe(
      String.raw`npx nestjs-lifecycle rehearse --seed 1 --request 'POST /a {"b":"it'\''s"} x3' -- node`,
    );
  });
});
