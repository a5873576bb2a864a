import {
  type ArgumentMetadata,
  BadRequestException,
  Controller,
  DefaultValuePipe,
  Get,
  Injectable,
  Param,
  ParseArrayPipe,
  ParseBoolPipe,
  ParseEnumPipe,
  ParseIntPipe,
  ParseUUIDPipe,
  type PipeTransform,
  Query,
} from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

enum Colour {
  red = 'red',
  blue = 'blue',
}

export const application: FrameworkApplication = {
  shows: 'pipes: built in, of the application, and their failures',
  kinds: HTTP,
  module: ({ journal }) => {
    @Injectable()
    class UpperCasePipe implements PipeTransform<string, string> {
      transform(value: string, { type, data }: ArgumentMetadata): string {
        journal.note(`pipe for ${type} ${data}`);
        if (value === 'bad') throw new BadRequestException('bad by name');
        return value.toUpperCase();
      }
    }
    @Controller('pipes')
    class PipesController {
      @Get('int/:id')
      int(@Param('id', ParseIntPipe) id: number): object {
        return { id };
      }

      @Get('uuid/:id')
      uuid(@Param('id', new ParseUUIDPipe({ version: '4' })) id: string): string {
        return id;
      }

      @Get('query')
      query(
        @Query('on', new DefaultValuePipe(false), ParseBoolPipe) on: boolean,
        @Query('ids', new ParseArrayPipe({ items: Number, optional: true })) ids: number[] | undefined,
        @Query('colour', new ParseEnumPipe(Colour, { optional: true })) colour: Colour | undefined,
      ): object {
        return { on, ids: ids ?? null, colour: colour ?? null };
      }

      @Get('upper/:name')
      upper(@Param('name', UpperCasePipe) name: string): string {
        return name;
      }
    }
    return { controllers: [PipesController] };
  },
  exchanges: [
    get('/pipes/int/7'),
    refused(400, '/pipes/int/seven'),
    get('/pipes/uuid/0b6d2c3e-8d8f-4c0f-9d0e-0a8f6f0f7a11'),
    refused(400, '/pipes/uuid/7'),
    get('/pipes/query'),
    get('/pipes/query?on=true&ids=1,2,3&colour=red'),
    refused(400, '/pipes/query?colour=pink'),
    get('/pipes/upper/tom'),
    refused(400, '/pipes/upper/bad'),
  ],
};
