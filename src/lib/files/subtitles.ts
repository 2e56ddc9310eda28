import { fail, failure, ok, type Result } from '$lib/core';
import type { Document, RawFile } from './contract';
import { decode } from './decode';
import { gatherProse } from './prose';
import type { Reading } from './reading';

const TIMES =
	/^\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?\s*-->\s*(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?/;

/** What is said in a transcript, one line a caption, each with its time. Both kinds differ in little else. */
export async function readSubtitles(file: RawFile, reading: Reading): Promise<Result<Document>> {
	const decoded = decode(file);
	if (!decoded.ok) return decoded;
	const prose = gatherProse(reading);
	let captions = 0;
	let voice = '';
	for (const [index, { times, said }] of captionsIn(decoded.value.text).entries()) {
		if (index % 500 === 0) await reading.pause();
		const [from, to] = [millis(times.slice(1, 5)), millis(times.slice(5, 9))];
		const text = said
			.map((line) => line.replace(/<v(?:\.[\w.]+)?\s+([^>]+)>/g, '$1: '))
			.join(' ')
			.replace(/<[^>]*>|\{\\[^}]*\}/g, '')
			.replace(/&(amp|lt|gt|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '')
			.replace(/\s+/g, ' ')
			.trim();
		if (text === '') continue;
		captions += 1;
		const speaker = /^([^:]{1,40}): /.exec(text)?.[1] ?? '';
		if (captions > 1 && speaker !== '' && speaker !== voice) prose.gap();
		voice = speaker;
		prose.add(text, { in: 'time', from, to: Math.max(from, to) });
	}
	if (captions === 0) {
		return fail(
			failure(
				'subtitles.invalid',
				`“${file.name}” has no caption with a time in it, so it is no transcript. The file was left as it is. ` +
					'If it is plain text, name it .txt; else export it once more, then add it again.',
				{ details: { name: file.name } }
			)
		);
	}
	return ok({
		name: file.name,
		media: 'text/plain',
		unit: 'line',
		table: null,
		warnings: decoded.value.warnings,
		...prose.done()
	});
}

/** The lines below each line of times, up to a blank one or the number of the next caption. */
function captionsIn(text: string): { times: RegExpExecArray; said: string[] }[] {
	const captions: { times: RegExpExecArray; said: string[] }[] = [];
	let isOpen = false;
	for (const line of text.split('\n')) {
		const times = TIMES.exec(line);
		const last = captions.at(-1);
		if (times) {
			// Some programs leave no blank line before the next number.
			if (isOpen && /^\s*\d+\s*$/.test(last?.said.at(-1) ?? '')) last?.said.pop();
			captions.push({ times, said: [] });
		}
		isOpen = times !== null || (isOpen && line.trim() !== '');
		if (isOpen && !times) last?.said.push(line);
	}
	return captions;
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', nbsp: ' ' };

function millis([hours = '0', minutes = '0', seconds = '0', rest = '']: (string | undefined)[]): number {
	return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(rest.padEnd(3, '0'));
}
