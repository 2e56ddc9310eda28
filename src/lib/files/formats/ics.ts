import { ok } from '$lib/core';
import type ICAL from 'ical.js';
import { defineFormat } from '../contract';
import { decode } from '../decode';
import { gatherProse } from '../prose';
import { corrupt, noText } from '../refusals';

type Ical = typeof ICAL;
type Component = InstanceType<Ical['Component']>;

/** Properties that say something to people, and what they are called. */
const SAID: [property: string, name: string][] = [
	['dtstart', 'Start'],
	['dtend', 'End'],
	['due', 'Due'],
	['duration', 'Lasts'],
	['rrule', 'Repeats'],
	['location', 'Where'],
	['status', 'Status'],
	['organizer', 'Organizer'],
	['attendee', 'With'],
	['description', 'About']
];
const KINDS: Record<string, string> = { vevent: 'event', vtodo: 'task', vjournal: 'entry' };

export default defineFormat({
	id: 'ics',
	title: 'Calendar (ICS)',
	extensions: ['ics', 'ical'],
	media: 'text/markdown',
	example: {
		name: 'team.ics',
		content:
			'BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nSUMMARY:Planning\nDTSTART:20261124T090000Z\nLOCATION:Room 2\nEND:VEVENT\nEND:VCALENDAR\n',
		expect: {
			text: '# Planning\n\nStart: 2026-11-24 09:00 UTC\nWhere: Room 2\n',
			unit: 'line',
			table: null,
			warnings: [],
			spans: [
				{ start: 2, end: 10, place: { in: 'part', part: 'event 1', line: 3 } },
				{ start: 19, end: 39, place: { in: 'part', part: 'event 1', line: 3 } },
				{ start: 47, end: 53, place: { in: 'part', part: 'event 1', line: 3 } }
			]
		}
	},
	recognises: (text) => /^\s*BEGIN:VCALENDAR\b/i.test(text),
	async read(file, reading) {
		const decoded = decode(file);
		if (!decoded.ok) return decoded;
		const { text, warnings } = decoded.value;
		const { default: ical } = await import('ical.js');
		const calendars = parse(ical, file.name, text);
		const starts = startsIn(text);
		const prose = gatherProse(reading);
		const counts = new Map<string, number>();
		let at = 0;
		for (const component of calendars.flatMap((calendar) => calendar.getAllSubcomponents())) {
			const kind = KINDS[component.name];
			if (!kind) continue;
			await reading.pause();
			const number = (counts.get(kind) ?? 0) + 1;
			counts.set(kind, number);
			// The line in the file where it begins.
			const place = { in: 'part' as const, part: `${kind} ${number}`, line: starts[at++] ?? 1 };
			prose.gap();
			prose.add(oneLine(component.getFirstPropertyValue('summary')) || 'Without a title', place, '# ');
			prose.gap();
			for (const [property, name] of SAID) {
				const said = component
					.getAllProperties(property)
					.map((one) =>
						oneLine(sayValue(one.getFirstValue(), one.getFirstParameter('cn'), one.getFirstParameter('tzid')))
					)
					.filter(Boolean)
					.join(', ');
				if (said !== '') prose.add(said, place, `${name}: `);
			}
		}
		if (prose.isEmpty) throw noText(file.name, 'the calendar holds no event and no task');
		return ok({
			name: file.name,
			media: 'text/markdown',
			unit: 'line',
			table: null,
			warnings,
			...prose.done()
		});
	}
});

function parse(ical: Ical, name: string, text: string): Component[] {
	try {
		const parsed = ical.parse(text) as unknown[];
		const calendars = (typeof parsed[0] === 'string' ? [parsed] : parsed) as ConstructorParameters<
			Ical['Component']
		>[0][];
		return calendars.map((one) => new ical.Component(one));
	} catch (cause) {
		throw corrupt(name, 'a calendar', cause instanceof Error ? cause.message : String(cause));
	}
}

/** Lines on which an event, task or entry begins, in order. */
function startsIn(text: string): number[] {
	return text
		.split('\n')
		.flatMap((line, index) => (/^BEGIN:(?:VEVENT|VTODO|VJOURNAL)\s*$/i.test(line) ? [index + 1] : []));
}

/** A value as people write it; a time with its zone. */
function sayValue(value: unknown, name: unknown, named: unknown): string {
	if (typeof name === 'string' && name !== '') return name;
	if (typeof value === 'string' || typeof value === 'number') return String(value).replace(/^mailto:/i, '');
	if (value === null || value === undefined) return '';
	const written = (value as { toString(): string }).toString();
	if (typeof value !== 'object' || !('isDate' in value) || !('zone' in value)) return written;
	const time = value as { isDate: boolean; zone: { tzid: string } | null };
	const [date = '', clock = ''] = written.replace(/Z$/, '').split('T');
	if (time.isDate) return date;
	// Few calendars bring the rules of their zones; its name is enough.
	const zone = typeof named === 'string' ? named : (time.zone?.tzid ?? '');
	return `${date} ${clock.replace(/:00$/, '')}${zone === '' || zone === 'floating' ? '' : ` ${zone}`}`;
}

function oneLine(value: unknown): string {
	return typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : '';
}
