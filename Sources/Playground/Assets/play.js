// `data-act`: a form posts and stays. `data-key`: a key presses it. `data-sift`: what a field picks from.

const text = () => $('#text');
const chat = () => $('main').dataset.of;
const stamp = (id, words) => {
	const item = byId(id).content.firstElementChild.cloneNode(true);
	$('[data-text]', item).textContent = words;
	return item;
};

// A box at its end stays there: `ends` has where that was.
const ends = new Map();
const depth = box => box.scrollHeight - box.clientHeight;
const isAtEnd = box => box.scrollTop > Math.min(ends.get(box.id) ?? 0, depth(box)) - 48;
const toEnd = box => { box.scrollTop = box.scrollHeight; };
const follow = () => {
	for (const box of $$('[data-stick]')) {
		const isFollowed = isAtEnd(box);
		// Its list lets go of the oldest; where somebody reads above, later.
		const list = byId(box.dataset.stick);
		const below = box.scrollHeight - box.scrollTop;
		const excess = list.children.length - list.dataset.most * (isFollowed ? 1 : 2);
		if (excess > 0) {
			for (const item of [...list.children].slice(0, excess)) item.remove();
			list.dataset.more = '';
			box.scrollTop = box.scrollHeight - below;
		}
		if (!box.clientHeight) continue;
		if (isFollowed) toEnd(box);
		ends.set(box.id, depth(box));
	}
};
// Pictures come late.
document.addEventListener('load', follow, true);
on('resize', follow);

let newer = 0;
const tellNewer = () => {
	if (isAtEnd($('#scroll'))) newer = 0;
	count('newer', newer);
};
on('scroll', tellNewer);

const settle = () => {
	$('#rows').dataset.only = $('[name=only]:checked').value;
	for (const field of $$('[data-sift]')) sift(field);
	follow();
	tellNewer();
	$('#shown-rows').textContent = seen().length;
};
const sift = ({ value, dataset }) => {
	const wanted = value.trim().toLowerCase();
	for (const item of $$(dataset.sift)) item.hidden = wanted && !`${item.textContent} ${item.dataset.find}`.toLowerCase().includes(wanted);
};

// What is written belongs to its chat, files while the page is open.

const files = new Map();
const attached = () => files.get(chat()) ?? [];
// Longer ones cannot be sent.
const keep = (of, words) => { sessionStorage[of] = words.slice(0, 1e5); };
const keepDraft = () => keep(chat(), text().value);
const showDraft = () => {
	text().value = sessionStorage[chat()] ?? '';
	attach(attached());
	suggest();
};
const attach = all => {
	const { most, large } = $('#composer').dataset;
	let room = most;
	const fitting = all.filter(({ size }) => size <= room && (room -= size, true));
	files.set(chat(), fitting);
	tell('sayerror', fitting.length < all.length ? large : '');
	$('#chips').replaceChildren(...fitting.map(({ name, size }) => stamp('chip', `${name} · ${Math.ceil(size / 1024)} KB`)));
};
on('paste drop', e => {
	body.classList.remove('drop');
	const brought = (e.clipboardData ?? e.dataTransfer).files;
	if (!brought.length) return;
	e.preventDefault();
	attach([...attached(), ...brought]);
});
on('dragover dragleave', e => {
	if (!e.dataTransfer.types.includes('Files')) return;
	e.preventDefault();
	body.classList.toggle('drop', e.type === 'dragover');
});

// What is sent goes in order; without a connection it is seen to wait.

const outbox = [];
let last, isSending;
const say = (action, words) => {
	const isWhole = !words && action.endsWith('say');
	const said = words || text().value.trim();
	const sent = isWhole ? attached() : [];
	if (isWhole && !said && !sent.length) return;
	const fields = new FormData($('#composer'));
	fields.set('text', said);
	fields.delete('file');
	for (const file of sent) fields.append('file', file);
	last = said || last;
	if (!words) text().value = '';
	attach(isWhole ? [] : attached());
	outbox.push({ of: chat(), action, fields, tries: 0 });
	deliver();
};
const deliver = async () => {
	const here = outbox.filter(({ of }) => isLost() && of === chat());
	$('#waiting').replaceChildren(...here.map(({ fields }) =>
		stamp('wait', [fields.get('text'), ...fields.getAll('file').map(file => file.name)].join('\n').trim())));
	const [item] = outbox;
	if (isSending || !item || isLost()) return;
	isSending = true;
	const answer = await ask(item.action, item.fields);
	isSending = false;
	// A file that is gone is not tried for ever.
	if (!answer.isLost || ++item.tries > 2) {
		outbox.shift();
		if (!answer.isDone) giveBack(item, answer.text);
		else if (item.of === chat()) toEnd($('#scroll'));
	}
	deliver();
};
const giveBack = ({ of, fields }, why) => {
	keepDraft();
	keep(of, [fields.get('text'), sessionStorage[of]].filter(Boolean).join('\n'));
	files.set(of, [...fields.getAll('file'), ...files.get(of) ?? []]);
	showDraft();
	if (of === chat()) tell('sayerror', why);
	else toast(why);
};
on('pagehide', () => {
	keepDraft();
	if (isLost()) for (const item of outbox.splice(0)) giveBack(item, '');
});

on('submit', async e => {
	const { target: form, submitter } = e;
	if (!('act' in form.dataset || isLost())) return;
	e.preventDefault();
	const action = submitter?.getAttribute('formaction') ?? form.action;
	if (form.id === 'composer') {
		$(':popover-open')?.hidePopover();
		return say(action, submitter?.value);
	}
	const { isDone, text } = await ask(action, new FormData(form, submitter));
	if (!isDone) toast(text);
});
on('input', ({ target }) => {
	if (target === text()) suggest();
	else if (target.type === 'file') {
		attach([...attached(), ...target.files]);
		target.value = '';
		text().focus();
	} else if (target.matches('.f select')) target.form.requestSubmit();
	else settle();
});

// What `/` or `@` may mean is offered; the field keeps the focus.

let offered, chosen;
const offer = (items, item = items[0]) => {
	[offered, chosen] = [items, item];
	for (const other of $$('#offered>*')) Object.assign(other, { hidden: !items.includes(other), ariaSelected: other === item });
	$('#offered').hidden = !item;
	text().setAttribute('aria-activedescendant', item?.id ?? '');
	item?.scrollIntoView({ block: 'nearest' });
};
const meant = () => text().value.slice(0, text().selectionStart).match(/^\/\S*$|@[^@\n]*$/)?.[0] ?? '';
const isMeant = words => words.toLowerCase().startsWith(meant().toLowerCase());
const suggest = () => offer($$('#offered>*').filter(({ dataset: { fill } }) => meant() && isMeant(fill) && fill.length > meant().length));
const write = words => {
	const field = text();
	field.focus();
	field.setRangeText(words, field.selectionStart - (isMeant(words) ? meant().length : 0), field.selectionEnd, 'end');
	suggest();
};

// What takes a key returns something. The Enter that chooses a Chinese word sends nothing.

let composed = -1e9;
on('compositionend', e => { composed = e.timeStamp; });
const step = (list, from, by) => list[list.indexOf(from) + by] ?? from;
const keyInText = (e, by) => {
	if (e.shiftKey || e.isComposing || e.keyCode === 229) return;
	if (e.key === 'Enter' || chosen && e.key === 'Tab') {
		if (e.timeStamp - composed < 100) return true;
		if (chosen) chosen.click(); else $('#composer').requestSubmit();
	} else if (chosen && e.key === 'Escape') offer([]);
	else if (chosen && by) offer(offered, step(offered, chosen, by));
	else if (by < 0 && !text().value && last) write(last);
	else return;
	return true;
};
const click = item => item?.click() ?? item;
const keyInPage = (e, by) => {
	if (by && e.altKey) return click(step($$('#chats .it'), $('#chats [aria-current]'), by));
	if (e.target === text()) return keyInText(e, by);
	if (by && e.target.closest('#rows')) {
		const row = step(seen(), byId(picked), by);
		row?.focus();
		return click(row);
	}
	if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches(':read-write,select') || $('dialog[open]')) return;
	return click($(`[data-key="${CSS.escape(e.key)}"]`));
};
on('keydown', e => { if (keyInPage(e, { ArrowDown: 1, ArrowUp: -1 }[e.key])) e.preventDefault(); });

let held, picked;
const tellHeld = () => {
	$('#pause').ariaPressed = !!held;
	count('held', held?.length);
};
const pause = () => {
	held?.forEach(queue);
	held = held ? null : [];
	tellHeld();
};
const seen = () => $$(`#rows ${$('#rows').dataset.only}:not([hidden])`);
const mark = row => Object.assign(row, { ariaSelected: row.id === picked, tabIndex: row.id === picked ? 0 : -1 });
const pick = async id => {
	picked = id;
	$$('#rows .w').forEach(mark);
	const { isLost, text } = await ask(`/wire/${id.slice(1)}${location.search}`);
	if (isLost) toast(text);
	else if (picked === id) put({ how: 'replace', key: 'detail', html: text });
};
const earlier = async link => {
	const list = byId(link.dataset.of);
	const first = list.firstElementChild;
	const { isLost, text } = await ask(link.href.replace(/before=\d+/, `before=${number(first)}`));
	if (isLost) return toast(text);
	const older = $(`#${list.id}`, nodes(text));
	$$('.w', older).forEach(mark);
	list.prepend(...older.children);
	list.toggleAttribute('data-more', 'more' in older.dataset);
	// Away from the end.
	first.scrollIntoView();
	settle();
};
on('pointerover', ({ target }) => {
	for (const lit of $$('.lit')) lit.classList.remove('lit');
	const item = target.closest('.msg,.w');
	if (!item) return;
	const calls = $$('[data-w]', item).map(link => byId(link.dataset.w));
	for (const other of [...calls, ...$$(`.msg:has([data-w="${item.id}"])`)]) other?.classList.add('lit');
});

let sound;
const play = link => {
	sound?.pause();
	if (link.matches('.on')) return;
	sound = new Audio(link.href);
	sound.onplay = sound.onpause = e => link.classList.toggle('on', e.type === 'play');
	sound.play().catch(() => {});
};

const view = name => {
	body.dataset.view = name;
	for (const link of $$('[data-go]')) link.ariaCurrent = link.dataset.go === name;
	follow();
};

// The first that fits a press.
const clicks = {
	'[data-fill]': item => write(item.dataset.fill),
	'#chips button': item => attach(attached().toSpliced($$('#chips>*').indexOf(item.parentElement), 1)),
	'#newer': () => toEnd($('#scroll')),
	'#pause': pause,
	'#curl': ({ dataset, title }) => navigator.clipboard.writeText(dataset.copy).then(() => toast(`${title} ✓`)),
	'[data-to]': item => toast(item.dataset.to),
	'[data-go]': ({ dataset: { go } }) => {
		view(go);
		($(`#${go} :is([aria-selected=true],[role=switch])`) ?? $('#rows')).focus();
	},
	'.w': ({ id }) => pick(id),
	'[data-w]': ({ dataset: { w } }) => {
		view('wire');
		byId(w)?.scrollIntoView({ block: 'nearest' });
		pick(w);
	},
	'[data-play]': play,
	'.earlier': earlier,
	'.it,.back2,.scopes a': item => go(item.href),
	'[data-state=lost] a': () => toast(body.dataset.lost),
};
on('click', e => {
	if (e.ctrlKey || e.metaKey || e.shiftKey) return;
	const selector = Object.keys(clicks).find(selector => e.target.closest(selector));
	if (!selector) return;
	e.preventDefault();
	clicks[selector](e.target.closest(selector));
});

setInterval(() => localise($('#clock')), 1000);

// Some want to know who comes.
let visited;
const visit = () => {
	const open = innerWidth <= 720 && $('main').dataset.open === 'list' ? '' : chat();
	if (open && open !== visited) $('[data-visits]')?.requestSubmit();
	visited = open;
};
const begin = () => {
	picked = $('#detail [data-entry]')?.dataset.entry;
	$$('#rows .w').forEach(mark);
	showDraft();
	settle();
	deliver();
	visit();
};

const page = {
	parts: ['main', '#bar', 'title'], headers: () => ({ Seen: number($('#rows').lastElementChild) }),
	filled: settle, leave: keepDraft, live: deliver,
	take(piece) {
		if (!held || piece.at !== 'rows') return queue(piece);
		if (held.push(piece) > 1000) held.shift();
		tellHeld();
	},
	put(piece, isNew) {
		const list = piece.parentElement.id;
		if (list === 'log') newer += isNew;
		else if (list === 'rows') {
			mark(piece);
			if (piece.id === picked || !picked && piece.matches('.here')) pick(piece.id);
		} else if (piece.id === 'rows') picked = '';
	},
	show(isSame) {
		if (!isSame) ends.clear();
		begin();
		if (document.activeElement === body) (innerWidth > 1060 ? text() : $('#chats [aria-current]'))?.focus();
	},
};
begin();
connect();
