import { readImage } from 'nestjs-lifecycle-manifest-check';
import { commandOf } from './image-command.js';

function commandFor(lines: readonly string[], args?: readonly string[]): ReturnType<typeof commandOf> {
  const image = readImage({ path: 'Dockerfile', text: lines.join('\n') });
  return image && commandOf(image, args);
}

describe('commandOf', () => {
  it.each([
    [['FROM node:24', 'CMD ["node", "dist/main.js"]'], undefined, 'node dist/main.js'],
    [
      ['FROM node:24', 'WORKDIR /app', 'CMD ["/usr/local/bin/node", "/app/dist/main.js"]'],
      undefined,
      'node dist/main.js',
    ],
    [['FROM node:24', 'ENTRYPOINT ["node"]', 'CMD ["a.js"]'], ['b.js', '--port', '1'], 'node b.js --port 1'],
    [['FROM node:24'], ['dist/main.js'], 'node dist/main.js'],
    [['FROM gcr.io/distroless/nodejs24', 'CMD ["main.js"]'], undefined, 'node main.js'],
  ])('puts %j and args %j together', (lines, args, expected) => {
    expect(commandFor(lines, args)?.options.command.join(' ')).toBe(expected);
  });

  it('leaves a small init out, and says so', () => {
    const found = commandFor(['FROM node:24', 'ENTRYPOINT ["/sbin/tini", "-g", "--"]', 'CMD ["node", "main.js"]']);
    expect(found?.options).toMatchObject({ command: ['node', 'main.js'], pid1: false });
    expect(found?.notes).toEqual([
      'Its command is that of the Dockerfile: node main.js',
      'tini is left out, and so the service is not pid 1: it passes signals on.',
    ]);
  });

  it('takes its port and its variables, and names another signal', () => {
    const found = commandFor([
      'FROM node:24',
      'ENV LOG=info PATH=/app/bin:$PATH',
      'EXPOSE 8080',
      'STOPSIGNAL SIGQUIT',
      'CMD ["node", "main.js"]',
    ]);
    expect(found?.options).toMatchObject({ env: { LOG: 'info' }, ports: [{ containerPort: 8080 }] });
    expect(found?.options.env).not.toHaveProperty('PATH');
    expect(found?.notes).toContainEqual(expect.stringMatching(/SIGQUIT in place of SIGTERM/));
  });

  it('knows nothing of what the image is made from', () => {
    expect(commandFor(['FROM our/base'])).toBeUndefined();
  });
});
