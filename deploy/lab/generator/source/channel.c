#include "channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frames.h"
#include "system.h"

#define ENDED (EPOLLRDHUP | EPOLLHUP | EPOLLERR)

static char scratch[65536];

static char *reserve(struct buffer *buffer, size_t more) {
    if (buffer->length + more > buffer->room) {
        buffer->room = (buffer->length + more) * 2;
        buffer->bytes = realloc(buffer->bytes, buffer->room);
        if (buffer->bytes == NULL)
            die("out of memory");
    }
    return buffer->bytes + buffer->length;
}

static void append(struct buffer *buffer, const char *bytes, size_t count) {
    if (count == 0)
        return;
    memcpy(reserve(buffer, count), bytes, count);
    buffer->length += count;
}

static void drop(struct buffer *buffer, size_t count) {
    buffer->length -= count;
    if (buffer->length)
        memmove(buffer->bytes, buffer->bytes + count, buffer->length);
}

static void release(struct buffer *buffer) {
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}

static enum outcome lost(const struct channel *channel) { return channel->connected ? RESET : NOT_CONNECTED; }

static enum outcome flush(struct channel *channel) {
    while (channel->out.length) {
        ssize_t count = send(channel->fd, channel->out.bytes, channel->out.length, MSG_NOSIGNAL);
        if (count >= 0) {
            channel->connected = true;
            drop(&channel->out, (size_t)count);
        } else if (errno == EAGAIN) {
            return WAITING;
        } else if (errno != EINTR) {
            channel->connected |= errno == ECONNRESET;
            return lost(channel);
        }
    }
    if (channel->kind == WAIT)
        channel->state = OPEN;
    return WAITING;
}

static void write_frame(struct channel *channel, enum opcode opcode, const char *payload, size_t length) {
    char *to = reserve(&channel->out, length + FRAME_HEAD_MOST);
    channel->out.length += frame_write(to, opcode, payload, length);
}

/* Whether the connection goes on after this frame. */
static enum outcome take_frame(struct channel *channel, const struct frame *frame) {
    struct buffer *message = &channel->message;
    switch (frame->opcode) {
    case PING: write_frame(channel, PONG, frame->payload, frame->length); return WAITING;
    case PONG: return WAITING;
    case CLOSE:
        write_frame(channel, CLOSE, frame->payload, frame->length < 2 ? 0 : 2);
        flush(channel);
        return RESET;
    default: break;
    }
    if (frame->final && message->length == 0) {
        channel->on_message(channel, frame->payload, frame->length);
        return WAITING;
    }
    if (message->length + frame->length > FRAME_PAYLOAD_MOST)
        return MALFORMED;
    append(message, frame->payload, frame->length);
    if (frame->final) {
        channel->on_message(channel, message->bytes, message->length);
        message->length = 0;
    }
    return WAITING;
}

static enum outcome take_frames(struct channel *channel, const char *bytes, size_t count, size_t *used) {
    struct frame frame;
    enum outcome outcome = WAITING;
    for (*used = 0; outcome == WAITING;) {
        long taken = frame_read(bytes + *used, count - *used, &frame);
        if (taken == 0)
            return WAITING;
        if (taken < 0)
            return MALFORMED;
        *used += (size_t)taken;
        outcome = take_frame(channel, &frame);
    }
    return outcome;
}

/* Frames are read where they arrived; only the beginning of one that has not come whole is kept. */
static enum outcome take_bytes(struct channel *channel, const char *bytes, size_t count) {
    size_t used;
    if (channel->in.length) {
        append(&channel->in, bytes, count);
        enum outcome outcome = take_frames(channel, channel->in.bytes, channel->in.length, &used);
        drop(&channel->in, used);
        return outcome;
    }
    enum outcome outcome = take_frames(channel, bytes, count, &used);
    append(&channel->in, bytes + used, count - used);
    return outcome;
}

static enum outcome take(struct channel *channel, const char *bytes, size_t count) {
    size_t used;
    channel->received += count;
    if (channel->kind == IDLE)
        return MALFORMED;
    if (channel->kind == WEBSOCKET && channel->state == OPEN)
        return take_bytes(channel, bytes, count);
    enum progress progress = response_read(&channel->response, bytes, count, &used);
    if (progress == BROKEN)
        return MALFORMED;
    if (channel->kind == WAIT)
        return progress == WHOLE ? ANSWERED : WAITING;
    if (channel->response.phase < BODY)
        return WAITING;
    const struct response *response = &channel->response;
    bool upgraded = response->status == 101 && response->upgraded && response->accepted;
    if (channel->kind == WEBSOCKET ? !upgraded : response->status != 200)
        return REFUSED;
    channel->state = OPEN;
    if (channel->kind == EVENTS)
        return progress == WHOLE ? RESET : WAITING;
    return take_bytes(channel, bytes + used, count - used);
}

static enum outcome receive(struct channel *channel, bool to_the_end) {
    for (;;) {
        ssize_t count = recv(channel->fd, scratch, sizeof scratch, 0);
        if (count > 0) {
            channel->connected = true;
            enum outcome outcome = take(channel, scratch, (size_t)count);
            if (outcome != WAITING || (!to_the_end && (size_t)count < sizeof scratch))
                return outcome;
        } else if (count == 0) {
            channel->connected = true;
            return RESET;
        } else if (errno == EAGAIN) {
            return WAITING;
        } else if (errno != EINTR) {
            channel->connected |= errno == ECONNRESET;
            return lost(channel);
        }
    }
}

static enum outcome end_unless_waiting(struct channel *channel, enum outcome outcome) {
    if (outcome != WAITING)
        channel_close(channel);
    return outcome;
}

enum outcome channel_open(struct channel *channel, int poller, int port, const struct request *request) {
    channel->fd = connect_local(port);
    channel->connected = false;
    if (channel->fd < 0)
        return NOT_CONNECTED;
    channel->state = OPENING;
    response_begin(&channel->response, false);
    if (channel->kind != IDLE)
        append(&channel->out, request->bytes, request->length);
    poller_add(poller, channel->fd, channel);
    return end_unless_waiting(channel, flush(channel));
}

enum outcome channel_go_on(struct channel *channel, uint32_t events) {
    if (channel->state == CLOSED)
        return WAITING;
    if (channel->kind == IDLE && channel->state == OPENING && events & EPOLLOUT && !(events & ENDED))
        channel->state = OPEN;
    enum outcome outcome = events & (EPOLLIN | ENDED) ? receive(channel, events & ENDED) : WAITING;
    return end_unless_waiting(channel, outcome == WAITING ? flush(channel) : outcome);
}

void channel_send(struct channel *channel, const char *bytes, size_t count) {
    write_frame(channel, TEXT, bytes, count);
    flush(channel);
}

void channel_close(struct channel *channel) {
    if (channel->state == CLOSED)
        return;
    close(channel->fd);
    channel->state = CLOSED;
    response_free(&channel->response);
    release(&channel->out);
    release(&channel->in);
    release(&channel->message);
}
