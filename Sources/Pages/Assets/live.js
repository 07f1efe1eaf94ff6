// The live part of a page: the connection by which the server says what has changed, and the one place where markup that it
// rendered goes into the page. Nothing makes markup from data.

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const { body } = document;
const byId = id => document.getElementById(id);
const set = (id, what) => Object.assign(byId(id) ?? {}, what);
const on = (name, act, isFirst) => addEventListener(name, act, isFirst);
const rules = { createHTML: html => html };
const policy = self.trustedTypes?.createPolicy('wr', rules) ?? rules;

/** The nodes of a piece, with moments in the browser's own time. */
const nodes = html => {
	const template = document.createElement('template');
	template.innerHTML = policy.createHTML(html);
	localise(template.content);
	return template.content;
};

// Cut out of what a moment is in the browser's zone: a formatter takes longer to make than all else that a page does when it opens.
const forms = { time: [11, 16], clock: [11, 19], fine: [14, 23], day: [5, 16] };
const localise = within => {
	for (const place of $$('time[data-f]', within)) {
		const moment = new Date(place.dateTime);
		const local = new Date(moment - moment.getTimezoneOffset() * 60000).toISOString();
		place.textContent = local.slice(...forms[place.dataset.f]).replace('T', ' ');
		place.title = moment;
	}
};

let toasting;
const toast = words => {
	set('toast', { textContent: words, hidden: false });
	clearTimeout(toasting);
	toasting = setTimeout(set, 6000, 'toast', { hidden: true });
};

/** Remembers what somebody has opened, chosen and scrolled to in a part, for what comes in its place. */
const remember = part => {
	const focus = part.contains(document.activeElement) && document.activeElement.id;
	const kept = $$(':is(details,input,select,[data-scroll])[id]', part)
		.map(item => [item, 'scroll' in item.dataset && item.scrollTop]);
	return () => {
		for (const [old, scrollTop] of kept) {
			const item = set(old.id, old.open && { open: true });
			if (scrollTop) item.scrollTop = scrollTop;
			// What the server says again leaves a choice alone, and what it says anew stands.
			if (says(old) && says(old) === says(item)) Object.assign(item, { value: old.value, checked: old.checked });
		}
		byId(focus)?.focus({ preventScroll: true });
	};
};
const says = field => field.matches?.('input,select') && `${field.defaultValue}${field.defaultChecked}${field.innerHTML}`;

/** Puts a piece where it belongs. */
const put = ({ at, how, key, html }) => {
	const place = byId(at);
	const old = byId(key);
	if (how === 'remove') return old?.remove();
	const piece = nodes(html).firstElementChild;
	if (!piece || !place && !old) return;
	const restore = old && remember(old);
	if (place?.closest('[role=log]')) hush(old, piece);
	if (how === 'top') {
		old?.remove();
		place.prepend(piece);
	} else if (old) old.replaceWith(piece);
	else if (how === 'replace' || !insert(place, piece)) return;
	restore?.();
	dispatchEvent(new CustomEvent('put', { detail: { place, piece, isNew: !old } }));
};

/** Puts a piece behind those with smaller numbers. One from before all that is here belongs to what the page has let go of. */
const number = item => Number(item?.id.match(/\d+$/)?.[0]);
const insert = (list, piece) => {
	let before = null;
	let item = list.lastElementChild;
	while (number(item) > number(piece)) { before = item; item = item.previousElementSibling; }
	if (before && !item && 'more' in list.dataset) return false;
	list.insertBefore(piece, before);
	return true;
};

// A message is read out once, when it is whole: neither while it grows nor when a mark on it changes.
const isBusy = item => item.ariaBusy === 'true';
const hush = (old, piece) => { if (isBusy(piece) || old && !isBusy(old)) piece.ariaLive = 'off'; };

// Pieces wait for the next frame, of each place the newest alone, and go into the page for a few milliseconds at a time: in a flood
// the page still answers.
const waiting = new Map();
let flushing;
const queue = piece => {
	waiting.delete(piece.key);
	waiting.set(piece.key, piece);
	schedule();
};
// There are no frames of a page that nobody sees.
const schedule = () => { flushing ??= document.hidden ? setTimeout(flush, 100) : requestAnimationFrame(flush); };
const flush = () => {
	flushing = null;
	const began = performance.now();
	for (const [key, piece] of waiting) {
		waiting.delete(key);
		put(piece);
		if (performance.now() - began > 4) break;
	}
	if (waiting.size) schedule();
	// In the same frame, so that there is one layout of it.
	dispatchEvent(new Event('filled'));
};

/** Takes a piece that comes; a page may hold it back. */
let take = queue;

// The connection: live, paused while the page is hidden, or lost and coming back in some seconds.

let source, seq, boot, hiding, wanted, lostAt = 0, left = 0;
const pill = (state = body.dataset.state) => {
	body.dataset.state = state;
	const { dataset } = $('#live');
	set('state', { textContent: dataset[state] });
	set('left', { textContent: left ? dataset.left.replace('0', left) : '' });
};

const connect = () => {
	source?.close();
	left = 0;
	const { events, seq: first } = $('main').dataset;
	const own = source = new EventSource(`${events}&after=${encodeURIComponent(seq ?? first)}`);
	const hear = (name, act) => own.addEventListener(name, e => {
		if (e.lastEventId) seq = e.lastEventId;
		act(Object.assign(JSON.parse(e.data), { seq }));
	});
	hear('hello', hello => {
		const isLong = lostAt && performance.now() - lostAt > 5000;
		const isOther = boot && boot !== hello.boot;
		boot = hello.boot;
		lostAt = 0;
		if (wanted || isOther || hello.gap || isLong) return go(wanted || location.href);
		pill('live');
		dispatchEvent(new Event('live'));
	});
	hear('put', piece => take(piece));
	hear('bye', ({ why, again_ms }) => why === 'newer_tab' ? lose('paused', 0) : lose('lost', Math.ceil(again_ms / 1000)));
	own.onerror = () => lose('lost', 2);
};

/** Gives the connection up for so many seconds; for 0, until somebody comes back to the page. */
const lose = (state, seconds) => {
	source.close();
	lostAt ||= performance.now();
	left = seconds;
	pill(state);
};
setInterval(() => {
	if (!left) return;
	left -= 1;
	if (left) pill(); else connect();
}, 1000);

// A browser has six connections to a server: a page that nobody sees gives its own away.
on('visibilitychange', () => {
	clearTimeout(hiding);
	if (document.hidden) hiding = setTimeout(lose, 20000, 'paused', 0);
	else if (body.dataset.state === 'paused') connect();
});
on('focus', () => { if (body.dataset.state === 'paused') connect(); });

// Going elsewhere within the page, and fetching all of it anew: `<main>` is exchanged.

const fetched = async address => {
	const answer = await fetch(address, { headers: { Seen: number($('#rows').lastElementChild) } });
	if (!answer.ok) throw new Error(answer.status);
	return nodes(await answer.text());
};

const position = seq => Number(seq?.split('.').at(-1));
const show = page => {
	dispatchEvent(new Event('leave'));
	const isSame = $('main').dataset.of === $('main', page).dataset.of;
	const restore = remember(isSame ? body : $('.list'));
	for (const part of ['main', '#bar', 'title']) $(part).replaceWith($(part, page));
	restore();
	// What came before the page was made is in it; of another chat nothing is wanted.
	seq = $('main').dataset.seq;
	for (const [key, piece] of waiting) if (!isSame || !(position(piece.seq) > position(seq))) waiting.delete(key);
	dispatchEvent(new CustomEvent('show', { detail: isSame }));
};

/** Shows what is at an address: once the connection is back where it is lost, and the last that was wanted where there were several. */
const go = async address => {
	wanted = address;
	const page = await fetched(address).catch(() => {});
	if (wanted !== address) return;
	if (!page) {
		toast(body.dataset.later);
		return lose('lost', 2);
	}
	wanted = '';
	if (address !== location.href) history.pushState(null, '', address);
	show(page);
	connect();
};
on('popstate', () => go(location.href));

const post = (address, fields) => fetch(address, { method: 'POST', body: fields, headers: { Accept: 'text/html; part=1' } }).then(
	async answer => ({ isDone: answer.ok, text: await answer.text() }),
	() => {
		lose('lost', 2);
		return { isLost: true, text: body.dataset.lost };
	});

localise(document);
