import { Body, Controller, Get, Param, Post, Query, ValidationPipe } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsEmail, IsInt, IsNotEmpty, IsOptional, Max, Min, ValidateNested } from 'class-validator';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, post, refused } from '../run/exchanges.js';

class Address {
  @IsNotEmpty()
  city = '';
}

class CreateUser {
  @IsEmail()
  email = '';

  @IsOptional()
  @ValidateNested()
  @Type(() => Address)
  address?: Address;
}

class Page {
  @IsInt()
  @Min(1)
  @Max(100)
  @Type(() => Number)
  limit = 10;
}

export const application: FrameworkApplication = {
  shows: 'validation of bodies and queries with ValidationPipe, nested and transformed',
  kinds: HTTP,
  module: () => {
    @Controller('users')
    class UsersController {
      @Post()
      create(@Body() user: CreateUser): object {
        return { kind: user.constructor.name, email: user.email };
      }

      @Get()
      list(@Query() page: Page): object {
        return { kind: page.constructor.name, limit: page.limit };
      }

      @Get(':id')
      find(@Param('id') id: number): object {
        return { type: typeof id };
      }
    }
    return { controllers: [UsersController] };
  },
  prepare: (app) => {
    app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  },
  exchanges: [
    post('/users', { email: 'ada@example.com', address: { city: 'London' } }),
    post('/users', { email: 'nobody' }, { expects: 400 }),
    post('/users', { email: 'ada@example.com', address: { city: '' } }, { expects: 400 }),
    post('/users', { email: 'ada@example.com', isAdmin: true }, { expects: 400 }),
    get('/users?limit=5'),
    refused(400, '/users?limit=500'),
    get('/users/7'),
  ],
};
