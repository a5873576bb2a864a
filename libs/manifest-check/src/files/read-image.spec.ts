import { type ImageStart, readImage } from './read-image.js';

function imageOf(...lines: string[]): ImageStart | undefined {
  return readImage({ path: 'Dockerfile', text: lines.join('\n') });
}

describe('readImage', () => {
  it('reads what the last stage runs, and what it is run with', () => {
    const image = imageOf(
      'FROM node:24-slim AS build',
      'CMD ["npm", "test"]',
      'FROM node:24-slim',
      'WORKDIR /app',
      'ENV NODE_ENV=production LOG_LEVEL="warn"',
      'EXPOSE 8080/tcp 9090',
      'STOPSIGNAL SIGINT',
      'ENTRYPOINT ["node"]',
      'CMD ["dist/main.js"]',
    );
    expect(image).toMatchObject({
      ...{ entrypoint: ['node'], command: ['dist/main.js'], folder: '/app', stopSignal: 'SIGINT', ports: [8080, 9090] },
      isNodeImage: false,
    });
    expect([...(image?.variables ?? [])]).toEqual(expect.arrayContaining([['LOG_LEVEL', 'warn']]));
  });

  it('gives lines in shell form to a shell, as Docker does', () => {
    expect(imageOf('FROM node:24', 'CMD node dist/main.js')).toMatchObject({
      ...{ entrypoint: [], command: ['sh', '-c', 'node dist/main.js'], isNodeImage: true },
    });
    expect(imageOf('FROM node:24', 'ENTRYPOINT node dist/main.js', 'CMD ["--x"]')).toMatchObject({
      ...{ entrypoint: ['sh', '-c', 'node dist/main.js'], command: [] },
    });
  });

  it('knows the entry point of images without a shell', () => {
    expect(imageOf('FROM gcr.io/distroless/nodejs24-debian12', 'CMD ["dist/main.js"]')).toMatchObject({
      ...{ entrypoint: ['node'], command: ['dist/main.js'] },
    });
  });
});
