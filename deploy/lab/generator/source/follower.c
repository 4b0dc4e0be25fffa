#include "follower.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "system.h"

/* Docs/protocol.md, "What a client does", 7. */
#define ACK_EVENTS 50
#define ACK_NS (SECOND_NS / 2)
#define FRAME_MOST 16384

__attribute__((format(printf, 2, 3))) static void put(struct follower *follower, const char *format, ...) {
    static char frame[FRAME_MOST];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(frame, sizeof frame, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof frame)
        die("a frame has at most %d bytes", FRAME_MOST);
    channel_send(&follower->channel, frame, (size_t)length);
}

static void ask_for_the_rest(struct follower *follower) {
    if (follower->is_syncing)
        return;
    follower->is_syncing = true;
    follower->room->syncs++;
    follower->acknowledged = follower->seq;
    follower->ack_due = 0;
    put(follower, "{\"t\":\"sync\",\"stream\":\"%s\",\"epoch\":\"%s\",\"seq\":%llu}", follower->room->stream,
        follower->epoch, (unsigned long long)follower->seq);
}

static void acknowledge(struct follower *follower) {
    follower->acknowledged = follower->seq;
    follower->ack_due = 0;
    put(follower, "{\"t\":\"ack\",\"stream\":\"%s\",\"seq\":%llu}", follower->room->stream,
        (unsigned long long)follower->seq);
}

static void take_place(struct follower *follower, const struct said *said) {
    if (said->epoch.length >= EPOCH_BYTES)
        die("an epoch has less than %d bytes", EPOCH_BYTES);
    memcpy(follower->epoch, said->epoch.bytes, said->epoch.length);
    follower->epoch[said->epoch.length] = '\0';
    follower->first = follower->seq = follower->acknowledged = said->seq;
    follower->ack_due = 0;
}

static void show(struct follower *follower, const struct said *said) {
    struct piece events = said->events;
    struct said_event event;
    while (said_next_event(&events, &event)) {
        if (event.seq > follower->seq + 1) {
            follower->room->holes++;
            ask_for_the_rest(follower);
            break;
        }
        if (event.seq <= follower->seq) {
            follower->room->repeated++;
            continue;
        }
        follower->seq = event.seq;
        if (follower->room->on_event)
            follower->room->on_event(follower, &event);
    }
    if (follower->seq >= follower->acknowledged + ACK_EVENTS)
        acknowledge(follower);
    else if (follower->seq > follower->acknowledged && follower->ack_due == 0)
        follower->ack_due = now_ns() + ACK_NS;
}

static void hear_head(struct follower *follower, const struct said *said) {
    bool is_other = said->epoch.length != strlen(follower->epoch) ||
                    memcmp(said->epoch.bytes, follower->epoch, said->epoch.length) != 0;
    follower->is_syncing = false;
    if (is_other || said->seq > follower->seq)
        ask_for_the_rest(follower);
}

static void hear_of_the_stream(struct follower *follower, const struct said *said) {
    struct room *room = follower->room;
    if (piece_is(&said->type, "ev")) {
        show(follower, said);
    } else if (piece_is(&said->type, "sub_ok")) {
        take_place(follower, said);
        follower->ready = true;
    } else if (piece_is(&said->type, "head")) {
        hear_head(follower, said);
    } else if (piece_is(&said->type, "lag")) {
        room->lags++;
        ask_for_the_rest(follower);
    } else if (piece_is(&said->type, "reset")) {
        room->resets++;
        follower->is_syncing = false;
        take_place(follower, said);
    }
}

void follower_greet(struct channel *channel) { put((struct follower *)(void *)channel, "{\"t\":\"hello\",\"v\":1}"); }

void follower_hear(struct channel *channel, const char *bytes, size_t count) {
    struct follower *follower = (struct follower *)(void *)channel;
    struct room *room = follower->room;
    struct said said;
    if (!said_read(bytes, count, &said)) {
        room->unreadable++;
    } else if (piece_is(&said.type, "welcome")) {
        follower->ready = !follower->listens;
        if (follower->listens)
            put(follower, "{\"t\":\"sub\",\"stream\":\"%s\"}", room->stream);
    } else if (piece_is(&said.type, "ok") || piece_is(&said.type, "err")) {
        if (room->on_answer)
            room->on_answer(follower, &said);
    } else if (follower->listens && piece_is(&said.stream, room->stream)) {
        hear_of_the_stream(follower, &said);
    }
}

void follower_tick(struct follower *follower, uint64_t now) {
    if (follower->ack_due && follower->ack_due <= now && follower->channel.state == OPEN)
        acknowledge(follower);
}

void follower_say(struct follower *follower, const char *cid, const char *text) {
    put(follower, "{\"t\":\"send\",\"id\":\"%s\",\"stream\":\"%s\",\"cid\":\"%s\",\"data\":{\"text\":\"%s\"}}", cid,
        follower->room->stream, cid, text);
}
