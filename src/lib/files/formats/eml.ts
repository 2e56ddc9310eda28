import { ok, type Span } from '$lib/core';
import type { Address, Attachment, Email } from 'postal-mime';
import { defineFormat, type Document, type RawFile } from '../contract';
import { decode } from '../decode';
import { readHtml } from '../html';
import { labelOf } from '../label';
import { gatherProse, type Prose } from '../prose';
import { Refused, type Reading } from '../reading';
import { corrupt } from '../refusals';
import { wholeOf } from '../whole';

export default defineFormat({
	id: 'eml',
	title: 'Mail (EML)',
	extensions: ['eml'],
	media: 'text/plain',
	example: {
		name: 'mail.eml',
		content:
			'From: Anna <anna@example.org>\r\nTo: team@example.org\r\nSubject: Refunds\r\n\r\nThey rose.\r\nWhy?\r\n',
		expect: {
			text: 'From: Anna <anna@example.org>\nTo: team@example.org\nSubject: Refunds\n\nThey rose.\nWhy?\n',
			unit: 'line',
			table: null,
			warnings: [],
			spans: [
				{ start: 6, end: 29, place: { in: 'part', part: 'From', line: 1 } },
				{ start: 34, end: 50, place: { in: 'part', part: 'To', line: 1 } },
				{ start: 60, end: 67, place: { in: 'part', part: 'Subject', line: 1 } },
				{ start: 69, end: 84, place: { in: 'part', part: 'message', line: 1 } }
			]
		}
	},
	recognises: (text) =>
		/^(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:from|received|return-path|mime-version):/i.test(
			text.slice(0, 8_192)
		) && /^(?:subject|date|to):/im.test(text.slice(0, 16_384)),
	async read(file, reading) {
		const warnings: string[] = [];
		const mail = await parse(file, warnings, reading);
		const prose = gatherProse(reading);
		addHeads(prose, mail);
		prose.gap();
		const body = await bodyOf(file, mail, reading);
		if (body.hides) warnings.push('Text that the mail hides from its readers was left out.');
		prose.append(body);
		const parts = await attachments(file, mail, warnings, reading);
		const facts = { name: file.name, media: 'text/plain', unit: 'line', table: null } as const;
		const message: Document = { ...facts, warnings, ...prose.done() };
		if (parts.length === 0) return ok(message);
		const first = { ...message, name: `${file.name} › message`, warnings: [] };
		return ok(wholeOf(file.name, [first, ...parts], warnings, reading));
	},
	async show(file, reading) {
		const mail = await parse(file, [], reading);
		return ok(isHtml(mail) ? (await bodyOf(file, mail, reading)).marked : null);
	}
});

async function parse(file: RawFile, warnings: string[], reading: Reading): Promise<Email> {
	// Decoded for its refusals alone: a mail names the encoding of each of its parts itself.
	const decoded = decode(file);
	if (!decoded.ok && decoded.failure.code !== 'file.binary') throw new Refused(decoded.failure);
	const { default: PostalMime } = await import('postal-mime');
	reading.check();
	// Mail is no UTF-16, so a file that is was made of a mail by some program.
	const isWide = decoded.ok && decoded.value.warnings.some((warning) => warning.includes('UTF-16'));
	if (isWide) warnings.push(...decoded.value.warnings);
	let mail: Email;
	try {
		mail = await new PostalMime({ maxNestingDepth: reading.limits.nesting }).parse(
			isWide ? decoded.value.text : file.bytes
		);
	} catch (cause) {
		throw corrupt(file.name, 'a mail', cause instanceof Error ? cause.message : String(cause));
	}
	if (!mail.from && !mail.to && mail.subject === undefined && !mail.date)
		throw corrupt(file.name, 'a mail', 'it names no sender, receiver, date or subject');
	return mail;
}

function addHeads(prose: Prose, mail: Email): void {
	const heads: [name: string, value: string][] = [
		['From', mail.from ? sayAddress(mail.from) : ''],
		['To', (mail.to ?? []).map(sayAddress).join(', ')],
		['Cc', (mail.cc ?? []).map(sayAddress).join(', ')],
		['Date', mail.date ?? ''],
		['Subject', mail.subject ?? '']
	];
	for (const [name, value] of heads) {
		const text = value.replace(/\s+/g, ' ').trim();
		if (text !== '') prose.add(text, { in: 'part', part: name, line: 1 }, `${name}: `);
	}
}

function sayAddress(one: Address): string {
	if (one.group) return one.group.map(sayAddress).join(', ');
	return one.name ? `${one.name} <${one.address ?? ''}>` : (one.address ?? '');
}

function isHtml(mail: Email): boolean {
	return (mail.text ?? '').trim() === '' && mail.html !== undefined;
}

/** The message: its plain text line for line, else what its HTML shows, by paragraphs. */
async function bodyOf(file: RawFile, mail: Email, reading: Reading) {
	if (isHtml(mail)) return readHtml(file, mail.html ?? '', reading);
	const text = (mail.text ?? '').replace(/\r\n?/g, '\n').trimEnd();
	const spans: Span[] =
		text === '' ? [] : [{ start: 0, end: text.length, place: { in: 'part', part: 'message', line: 1 } }];
	return { text, spans, marked: '', hides: false };
}

/** Attached files that can be read, each by its own format. Pictures inside the text are no attachments. */
async function attachments(
	file: RawFile,
	mail: Email,
	warnings: string[],
	reading: Reading
): Promise<Document[]> {
	const parts: Document[] = [];
	const attached = mail.attachments.filter((one) => !one.related);
	reading.entries(attached.length);
	for (const one of attached) {
		const label = labelOf(one.filename ?? `attachment.${one.mimeType.split('/').pop() ?? 'bin'}`);
		const read = await reading.open({ name: `${file.name} › ${label}`, bytes: bytesOf(one) });
		if (read.ok) parts.push(...(read.value.parts ?? [read.value]));
		else warnings.push(`The attachment “${label}” was not read: ${read.failure.message}`);
	}
	return parts;
}

function bytesOf({ content }: Attachment): Uint8Array {
	if (typeof content === 'string') return new TextEncoder().encode(content);
	return content instanceof Uint8Array ? content : new Uint8Array(content);
}
