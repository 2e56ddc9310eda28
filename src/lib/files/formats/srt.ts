import { defineFormat } from '../contract';
import { readSubtitles } from '../subtitles';

export default defineFormat({
	id: 'srt',
	title: 'Transcript (SRT)',
	extensions: ['srt'],
	media: 'text/plain',
	example: {
		name: 'call.srt',
		content:
			'1\n00:01:12,400 --> 00:01:15,000\nRefunds rose\nin the north.\n\n2\n00:01:16,000 --> 00:01:18,500\n<i>Why?</i>\n',
		expect: {
			text: 'Refunds rose in the north.\nWhy?\n',
			unit: 'line',
			table: null,
			warnings: [],
			spans: [
				{ start: 0, end: 26, place: { in: 'time', from: 72_400, to: 75_000 } },
				{ start: 27, end: 31, place: { in: 'time', from: 76_000, to: 78_500 } }
			]
		}
	},
	recognises: (text) => /^\s*\d+\n\d{1,2}:\d\d:\d\d,\d{3} --> /.test(text),
	read: readSubtitles
});
