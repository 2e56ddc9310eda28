import { conformance } from './conformance';
import { formats } from './index';

conformance(
	formats.filter((format) => ['image', 'pdf'].includes(format.id)),
	25
);
