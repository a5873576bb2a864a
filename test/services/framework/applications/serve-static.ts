import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get } from '@nestjs/common';
import { ServeStaticModule } from '@nestjs/serve-static';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';

let made: string | undefined;

/** What a single-page application is built to; it goes with the process. */
function folder(): string {
  if (made !== undefined) return made;
  const path = mkdtempSync(join(tmpdir(), 'client-'));
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  writeFileSync(join(path, 'index.html'), '<title>shop</title>');
  writeFileSync(join(path, 'app.js'), 'console.log(1)');
  return (made = path);
}

export const application: FrameworkApplication = {
  shows: 'serving a single-page application with @nestjs/serve-static, with an API beside it',
  kinds: HTTP,
  module: () => {
    @Controller('api')
    class ApiController {
      @Get()
      api(): string {
        return 'the API';
      }
    }
    return {
      imports: [
        ServeStaticModule.forRoot({
          serveStaticOptions: { fallthrough: true },
          rootPath: folder(),
          exclude: ['/api/{*rest}'],
        }),
      ],
      controllers: [ApiController],
    };
  },
  masks: [/(?<=last-modified: )[^"]+/gi, /(?<=etag: )[^,]+(?=",)/gi],
  exchanges: [get('/'), get('/app.js'), get('/some/route/of/the/client'), get('/api')],
};
