import { defineFormat } from '../contract';
import { readSubtitles } from '../subtitles';

export default defineFormat({
	id: 'vtt',
	title: 'Transcript (WebVTT)',
	extensions: ['vtt'],
	media: 'text/plain',
	example: {
		name: 'call.vtt',
		content: 'WEBVTT\n\nNOTE made by hand\n\n01:12.400 --> 01:15.000 align:start\n<v Anna>Refunds rose.\n',
		expect: {
			text: 'Anna: Refunds rose.\n',
			unit: 'line',
			table: null,
			warnings: [],
			spans: [{ start: 0, end: 19, place: { in: 'time', from: 72_400, to: 75_000 } }]
		}
	},
	recognises: (text) => /^WEBVTT(?:\s|$)/.test(text),
	read: readSubtitles
});
