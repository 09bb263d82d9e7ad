import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { DocumentBlock, DocumentSum, DocumentTable, InvoiceDocument } from '@oms/contracts/http';
import { create as openFont, type Font } from 'fontkit';
import PdfDocument from 'pdfkit';

import { missingCharacter, printableText } from './printable-text.js';

// Lengths are in points: 1/72 inch.
const pageMargin = 51;
const footerHeight = 24;
const cellPadding = 4;
const rowPadding = 3.5;
const textSize = 9;
/** A column at most this wide is as wide as its widest cell. The other columns share the rest of the page. */
const narrowColumn = 75;
const ink = '#1a1a1a';
const grey = '#666666';
const rule = '#cccccc';

/** The longest time for which the renderer keeps the event loop from other requests, apart from the last step. */
const sliceMs = 10;

type Pdf = PDFKit.PDFDocument;
type Align = 'left' | 'right';

interface Fonts {
  readonly regular: Buffer;
  readonly bold: Buffer;
  readonly parsed: readonly Font[];
}

let loaded: Promise<Fonts> | undefined;

/** Reads the fonts once in the life of the process. A failed read is repeated by the next document. */
async function loadFonts(): Promise<Fonts> {
  loaded ??= readFonts().catch((error: unknown) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function readFonts(): Promise<Fonts> {
  const fileOf = (name: string) =>
    readFile(createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
  const [regular, bold] = await Promise.all([
    fileOf('DejaVuSansCondensed'),
    fileOf('DejaVuSansCondensed-Bold'),
  ]);
  return { regular, bold, parsed: [regular, bold].map((bytes) => openFont(bytes) as Font) };
}

/**
 * Renders the document of an invoice as a PDF on A4: the same texts as its HTML page. The same document gives the same
 * bytes. Yields to other requests between rows.
 */
export async function renderInvoicePdf(document: InvoiceDocument): Promise<Buffer> {
  const sheet = new Sheet(document, await loadFonts());
  sheet.head(document);
  await sheet.table(document.items);
  sheet.gap(16);
  await sheet.table(document.payments);
  for (const block of document.terms) sheet.terms(block);
  return sheet.finish(document.title);
}

/** The pages of one document, written from the top down. */
class Sheet {
  readonly #pdf: Pdf;
  readonly #printable: (text: string) => string;
  readonly #chunks: Buffer[] = [];
  readonly #width: number;
  readonly #bottom: number;
  #y = pageMargin;
  #sliceEndsMs = performance.now() + sliceMs;
  #lacksCharacters = false;

  constructor({ title, seller, datedAt }: InvoiceDocument, { regular, bold, parsed }: Fonts) {
    const clean = printableText(parsed);
    this.#printable = (text) => {
      const printed = clean(text);
      this.#lacksCharacters ||= printed.includes(missingCharacter);
      return printed;
    };
    const date = new Date(datedAt);
    this.#pdf = new PdfDocument({
      ...{ size: 'A4', margin: pageMargin, bufferPages: true, lang: 'en', displayTitle: true },
      // Without it, the library begins with a font of its own.
      font: '',
      info: {
        ...{ Title: title, CreationDate: date, ModDate: date },
        ...(seller ? { Author: seller.name } : {}),
      },
    });
    this.#pdf.registerFont('regular', regular).registerFont('bold', bold);
    this.#pdf.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    this.#width = this.#pdf.page.width - 2 * pageMargin;
    this.#bottom = this.#pdf.page.height - pageMargin - footerHeight;
  }

  /** Writes title, status, seller, parties and facts. */
  head({ title, status, seller, parties, facts }: InvoiceDocument): void {
    const half = this.#width / 2;
    const rightHalf = { x: pageMargin + half, width: half, align: 'right' } as const;
    const top = this.#y;
    this.#text(title, { width: half, size: 18, bold: true });
    this.#text(status, { width: half, bold: true });
    const leftBottom = this.#y;
    this.#y = top;
    if (seller) {
      this.#text(seller.name, { ...rightHalf, bold: true });
      for (const line of seller.lines) this.#text(line, rightHalf);
    }
    this.#y = Math.max(leftBottom, this.#y) + 22;
    this.#inColumns([
      ...parties.map(({ title: name, lines }) => (column: Column) => {
        this.#text(name.toUpperCase(), { ...column, size: 7, color: grey });
        for (const line of lines) this.#text(line, column);
      }),
      (column) => {
        for (const { label, value } of facts) {
          const top = this.#y;
          this.#text(label, { ...column, color: grey });
          this.#y = top;
          this.#text(value, { x: column.x + 55, width: column.width - 55 });
        }
      },
    ]);
    this.gap(22);
  }

  gap(height: number): void {
    this.#y += height;
  }

  /** Writes a table. Each page that it continues on begins with its head. */
  async table({ title, columns, opening, rows, sums }: DocumentTable): Promise<void> {
    const clean = rows.map((cells) => cells.map(this.#printable));
    const widths = this.#columnWidths(columns, clean, [...opening, ...sums]);
    const cellsOf = (cells: readonly string[]) =>
      cells.map((text, index) => ({
        ...{ text, x: pageMargin + sumOf(widths.slice(0, index)), width: widths[index] ?? 0 },
        align: columns[index]?.isNumber === true ? ('right' as const) : ('left' as const),
      }));
    const head = (): void => {
      if (title !== undefined) this.#text(title.toUpperCase(), { size: 7, color: grey });
      if (columns.every((column) => column.title === '')) return;
      this.#row(cellsOf(columns.map((column) => column.title)), { size: 7.5, color: grey, line: ink });
    };
    const lastWidth = widths.at(-1) ?? 0;
    const sum = ({ label, amount, isTotal }: DocumentSum): void => {
      const toLast = { x: pageMargin, width: this.#width - lastWidth, align: 'right' as const };
      const cells = [
        { ...toLast, text: this.#printable(label) },
        { text: amount, x: pageMargin + this.#width - lastWidth, width: lastWidth, align: 'right' as const },
      ];
      this.#row(cells, { bold: isTotal === true, ...(isTotal === true ? { lineAbove: ink } : {}) });
    };
    // A head stands above at least one row.
    if (this.#y + 60 > this.#bottom) this.#addPage();
    head();
    for (const part of opening) sum(part);
    for (const cells of clean) {
      this.#row(cellsOf(cells), { line: rule, onNewPage: head });
      await this.#yield();
    }
    for (const part of sums) sum(part);
  }

  /** Writes a title and texts that may be longer than a page. */
  terms({ title, lines }: DocumentBlock): void {
    this.gap(16);
    if (this.#y + 30 > this.#bottom) this.#addPage();
    this.#text(title.toUpperCase(), { size: 7, color: grey });
    for (const line of lines.flatMap((text) => text.split(/\r\n?|\n/))) {
      this.#row(
        [{ text: this.#printable(line), x: pageMargin - cellPadding, width: this.#width, align: 'left' }],
        {
          padding: 0,
        },
      );
    }
  }

  /** Numbers the pages and resolves with the bytes of the file. */
  async finish(title: string): Promise<Buffer> {
    if (this.#lacksCharacters) {
      this.gap(16);
      this.#row(
        [
          {
            text: `${missingCharacter} stands for a character that this file cannot print. The HTML page of the invoice has it.`,
            ...{ x: pageMargin - cellPadding, width: this.#width, align: 'left' },
          },
        ],
        { size: 7.5, color: grey },
      );
    }
    const { start, count } = this.#pdf.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      this.#pdf.switchToPage(start + page);
      // The library would add a page for a text below the margin.
      this.#pdf.page.margins.bottom = 0;
      this.#y = this.#bottom + footerHeight;
      this.#text(`${title} · Page ${page + 1} of ${count}`, { size: 7.5, color: grey, align: 'right' });
      await this.#yield();
    }
    const finished = new Promise<void>((resolve, reject) => {
      this.#pdf.once('end', resolve).once('error', reject);
    });
    this.#pdf.end();
    await finished;
    return Buffer.concat(this.#chunks);
  }

  #columnWidths(
    columns: DocumentTable['columns'],
    rows: readonly (readonly string[])[],
    sums: readonly DocumentSum[],
  ): readonly number[] {
    // The widest style of the table.
    this.#use({ bold: true });
    const last = columns.length - 1;
    const natural = columns.map(({ title }, index) => {
      const amounts = index === last ? sums.map(({ amount }) => amount) : [];
      const cells = [title, ...amounts, ...rows.map((cells) => cells[index] ?? '')];
      return 2 * cellPadding + 1 + Math.max(...cells.map((text) => this.#pdf.widthOfString(text)));
    });
    const isNarrow = natural.map(
      (width, index) => columns[index]?.isNumber === true || width <= narrowColumn,
    );
    if (!isNarrow.includes(false)) isNarrow[columns.findLastIndex(({ isNumber }) => !isNumber)] = false;
    const most = this.#width / columns.length;
    const narrow = natural.map((width, index) => (isNarrow[index] === true ? Math.min(width, most) : 0));
    const rest = (this.#width - sumOf(narrow)) / isNarrow.filter((is) => !is).length;
    return narrow.map((width, index) => (isNarrow[index] === true ? width : rest));
  }

  #row(
    cells: readonly {
      readonly text: string;
      readonly x: number;
      readonly width: number;
      readonly align: Align;
    }[],
    {
      padding = rowPadding,
      line,
      lineAbove,
      onNewPage,
      ...style
    }: Style & {
      readonly padding?: number;
      readonly line?: string;
      readonly lineAbove?: string;
      readonly onNewPage?: () => void;
    },
  ): void {
    this.#use(style);
    const inner = cells.map((cell) => ({
      ...cell,
      x: cell.x + cellPadding,
      width: cell.width - 2 * cellPadding,
    }));
    const heights = inner.map(({ text, width }) => this.#pdf.heightOfString(text || ' ', { width }));
    const height = Math.max(...heights) + 2 * padding;
    if (this.#y + height > this.#bottom) {
      this.#addPage();
      onNewPage?.();
      this.#use(style);
    }
    if (lineAbove !== undefined) this.#line(this.#y, lineAbove);
    for (const { text, x, width, align } of inner) {
      if (text !== '') this.#pdf.text(text, x, this.#y + padding, { width, align });
    }
    this.#y += height;
    if (line !== undefined) this.#line(this.#y, line);
  }

  #line(y: number, color: string): void {
    this.#pdf
      .moveTo(pageMargin, y)
      .lineTo(pageMargin + this.#width, y)
      .lineWidth(0.5)
      .strokeColor(color)
      .stroke();
  }

  /** Writes parts beside each other. */
  #inColumns(parts: readonly ((column: Column) => void)[]): void {
    const top = this.#y;
    const width = this.#width / parts.length;
    const bottoms = parts.map((write, index) => {
      this.#y = top;
      write({ x: pageMargin + index * width, width: width - 12 });
      return this.#y;
    });
    this.#y = Math.max(top, ...bottoms);
  }

  #text(
    text: string,
    { x = pageMargin, width = this.#width, align = 'left', ...style }: Partial<Column> & Style,
  ): void {
    this.#use(style);
    const printed = this.#printable(text);
    const height = this.#pdf.heightOfString(printed, { width });
    this.#pdf.text(printed, x, this.#y, { width, align });
    this.#y += height + 1;
  }

  #use({ size = textSize, bold = false, color = ink }: Style): void {
    this.#pdf
      .font(bold ? 'bold' : 'regular')
      .fontSize(size)
      .fillColor(color);
  }

  #addPage(): void {
    this.#pdf.addPage();
    this.#y = pageMargin;
  }

  async #yield(): Promise<void> {
    if (performance.now() < this.#sliceEndsMs) return;
    await nextTurn();
    this.#sliceEndsMs = performance.now() + sliceMs;
  }
}

interface Column {
  readonly x: number;
  readonly width: number;
  readonly align?: Align;
}

interface Style {
  readonly size?: number;
  readonly bold?: boolean;
  readonly color?: string;
}

const sumOf = (lengths: readonly number[]): number => lengths.reduce((sum, length) => sum + length, 0);
