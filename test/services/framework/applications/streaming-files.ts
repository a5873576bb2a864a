import { Controller, Get, Header, Res, StreamableFile } from '@nestjs/common';
import { type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { ask, exchange, get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'streaming files: StreamableFile of a stream and of a buffer, cut downloads, streams piped by hand',
  kinds: HTTP,
  module: ({ journal }) => {
    @Controller('files')
    class FilesController {
      @Get('stream')
      stream(): StreamableFile {
        return new StreamableFile(Readable.from(['one ', 'two ', 'three']), {
          disposition: 'attachment; filename="n.txt"',
        });
      }

      @Get('buffer')
      @Header('cache-control', 'no-store')
      buffer(): StreamableFile {
        return new StreamableFile(Buffer.from('buffered'), { type: 'text/plain', length: 8 });
      }

      @Get('piped')
      piped(@Res() response: ServerResponse | { raw: ServerResponse }): void {
        const target = 'raw' in response ? response.raw : response;
        target.setHeader('content-type', 'text/plain');
        Readable.from(['by ', 'hand']).pipe(target);
      }

      @Get('endless')
      endless(): StreamableFile {
        const stream = new Readable({ read: () => void stream.push('x'.repeat(1000)) });
        stream.once('close', () => journal.note('endless stream closed'));
        return new StreamableFile(stream);
      }
    }
    return { controllers: [FilesController] };
  },
  exchanges: [
    get('/files/stream'),
    get('/files/buffer'),
    get('/files/piped'),
    ask({ method: 'HEAD', path: '/files/buffer' }),
    exchange('a download that the client leaves', async ({ client, journal }) => {
      const response = await client.open({ path: '/files/endless' });
      response.once('error', () => undefined);
      response.destroy();
      await journal.until('endless stream closed');
      return response.statusCode;
    }),
  ],
};
