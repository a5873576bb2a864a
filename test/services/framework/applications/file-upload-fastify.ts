import { Controller, Post, Req } from '@nestjs/common';
import fastifyMultipart, { type MultipartFile } from '@fastify/multipart';
import { type FrameworkApplication } from '../run/application.js';
import { upload } from '../run/upload.js';
import { fastifyPlugin } from '../run/fastify-plugin.js';

interface WithFiles {
  files(): AsyncIterableIterator<MultipartFile>;
}

export const application: FrameworkApplication = {
  shows: 'file upload with @fastify/multipart, read as a stream',
  kinds: ['fastify'],
  module: () => {
    @Controller('files')
    class FilesController {
      @Post()
      async take(@Req() request: WithFiles): Promise<object[]> {
        const taken: object[] = [];
        for await (const file of request.files()) {
          taken.push({ name: file.filename, text: (await file.toBuffer()).toString() });
        }
        return taken;
      }
    }
    return { controllers: [FilesController] };
  },
  prepareFastify: async (app) => {
    await app.register(fastifyPlugin(fastifyMultipart), { limits: { fileSize: 100 } });
  },
  exchanges: [
    upload('/files', [{ name: 'a.txt', text: 'hello' }]),
    upload('/files', [
      { name: 'a.txt', text: '1' },
      { name: 'b.txt', text: '2' },
    ]),
    upload('/files', [{ name: 'big.txt', text: 'x'.repeat(500) }], 413),
  ],
};
