import { Parser } from 'saxen';
import type { Reading } from './reading';
import { corrupt, unsafe } from './refusals';

/** What is told of an XML text while it is read. Names come with the prefix that the file itself uses. */
export interface XmlHandler {
	open?(name: string, attribute: (name: string) => string | undefined): void;
	close?(name: string): void;
	text?(text: string): void;
}

/** UTF-16 units that are read in one go. */
const SLICE = 256 * 1024;

/**
 * Reads an XML part of an office file, slice by slice. A document type declaration is refused, since that is where
 * entities come from that expand to gigabytes; so is nesting beyond the limit. Throws {@link Refused}.
 */
export async function readXml(
	file: { name: string },
	bytes: Uint8Array,
	handler: XmlHandler,
	reading: Reading
): Promise<void> {
	const parser = new Parser();
	let depth = 0;
	let seen = 0;
	parser.on('attention', () => {
		throw unsafe(file.name, 'declares text blocks of its own in its XML');
	});
	parser.on('error', (error) => {
		throw corrupt(file.name, 'a whole office file', `its XML breaks off (${error.message})`);
	});
	parser.on('openTag', (name, attributes, decode) => {
		depth += 1;
		seen += 1;
		if (depth > reading.limits.nesting)
			throw unsafe(file.name, `has more than ${reading.limits.nesting} elements inside each other`);
		if (seen % 1024 === 0) reading.check();
		handler.open?.(name, (attribute) => {
			const found = attributes();
			return Object.hasOwn(found, attribute) ? decode(found[attribute] ?? '') : undefined;
		});
	});
	parser.on('closeTag', (name) => {
		depth -= 1;
		handler.close?.(name);
	});
	parser.on('text', (text, decode) => handler.text?.(decode(text)));
	parser.on('cdata', (text) => handler.text?.(text));
	const xml = textOf(bytes);
	for (let at = 0; at < xml.length; at += SLICE) {
		parser.write(xml.slice(at, at + SLICE));
		await reading.pause();
	}
	parser.end();
}

/** UTF-8, or UTF-16 where it says so. */
function textOf(bytes: Uint8Array): string {
	const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
	const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
	return new TextDecoder(isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8').decode(bytes);
}
