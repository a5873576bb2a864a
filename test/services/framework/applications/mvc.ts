import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Query, Render } from '@nestjs/common';
import handlebars from 'handlebars';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { ask, get, refused } from '../run/exchanges.js';

let made: string | undefined;

/** A folder with a template and a static file; it goes with the process. */
function folder(): string {
  if (made !== undefined) return made;
  const path = mkdtempSync(join(tmpdir(), 'views-'));
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  writeFileSync(join(path, 'index.hbs'), '<h1>Hello {{name}}</h1>');
  writeFileSync(join(path, 'style.css'), 'h1 { color: teal }');
  return (made = path);
}

export const application: FrameworkApplication = {
  shows: 'MVC: views rendered with Handlebars, and static assets beside them',
  kinds: HTTP,
  module: ({ kind }) => {
    @Controller()
    class PagesController {
      @Get()
      @Render(kind === 'fastify' ? 'index.hbs' : 'index')
      index(@Query('name') name = 'you'): object {
        return { name };
      }
    }
    return { controllers: [PagesController] };
  },
  prepareExpress: (app) => {
    app.setBaseViewsDir(folder());
    app.setViewEngine('hbs');
    app.useStaticAssets(folder(), { prefix: '/assets' });
  },
  prepareFastify: (app) => {
    app.setViewEngine({ engine: { handlebars }, templates: folder() });
    app.useStaticAssets({ root: folder(), prefix: '/assets/' });
  },
  masks: [/(?<=last-modified: )[^"]+/gi, /(?<=etag: )[^,]+(?=",)/gi],
  exchanges: [
    get('/'),
    get('/?name=<Ada>'.replace('<', '%3C').replace('>', '%3E')),
    get('/assets/style.css'),
    ask({ method: 'HEAD', path: '/assets/style.css' }),
    refused(404, '/assets/none.css'),
  ],
};
