import {
  Body,
  Controller,
  FileTypeValidator,
  MaxFileSizeValidator,
  ParseFilePipe,
  Post,
  UploadedFile,
  UploadedFiles,
  UseInterceptors,
} from '@nestjs/common';
import { AnyFilesInterceptor, FileInterceptor, FilesInterceptor } from '@nestjs/platform-express';
import { type FrameworkApplication } from '../run/application.js';
import { upload } from '../run/upload.js';

interface File {
  readonly originalname: string;
  readonly size: number;
  readonly buffer: Buffer;
}

export const application: FrameworkApplication = {
  shows: 'file upload with Multer: one file, several, any, with limits',
  kinds: ['express'],
  module: () => {
    @Controller('files')
    class FilesController {
      @Post('one')
      @UseInterceptors(FileInterceptor('file'))
      one(@UploadedFile() file: File, @Body() body: object): object {
        return { name: file.originalname, text: file.buffer.toString(), body };
      }

      @Post('checked')
      @UseInterceptors(FileInterceptor('file'))
      checked(
        @UploadedFile(
          new ParseFilePipe({
            validators: [
              new MaxFileSizeValidator({ maxSize: 20 }),
              new FileTypeValidator({ fileType: 'text/plain', skipMagicNumbersValidation: true }),
            ],
          }),
        )
        file: File,
      ): number {
        return file.size;
      }

      @Post('many')
      @UseInterceptors(FilesInterceptor('file', 2))
      many(@UploadedFiles() files: File[]): string[] {
        return files.map(({ originalname }) => originalname);
      }

      @Post('limited')
      @UseInterceptors(AnyFilesInterceptor({ limits: { fileSize: 10 } }))
      limited(): string {
        return 'small enough';
      }
    }
    return { controllers: [FilesController] };
  },
  exchanges: [
    upload('/files/one', [{ name: 'a.txt', text: 'hello' }]),
    upload('/files/checked', [{ name: 'a.txt', text: 'hello' }]),
    upload('/files/checked', [{ name: 'b.txt', text: 'x'.repeat(50) }], 400),
    upload('/files/many', [
      { name: 'a.txt', text: '1' },
      { name: 'b.txt', text: '2' },
    ]),
    upload(
      '/files/many',
      [
        { name: 'a.txt', text: '1' },
        { name: 'b.txt', text: '2' },
        { name: 'c.txt', text: '3' },
      ],
      400,
    ),
    upload('/files/limited', [{ name: 'a.txt', text: 'x'.repeat(50) }], 413),
  ],
};
