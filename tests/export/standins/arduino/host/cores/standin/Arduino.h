// What a sketch of ours takes from the Arduino core, on this computer: Serial is standard output,
// with the overloads of the core's Print.
#pragma once

#include <stdint.h>

#ifdef __cplusplus

class StandInSerial {
  public:
    void begin(unsigned long baud);
    void print(const char* text);
    void print(char letter);
    void print(unsigned char number);
    void print(int number);
    void print(unsigned int number);
    void print(long number);
    void print(unsigned long number);
    void print(double number);
    void println(const char* text);
};

extern StandInSerial Serial;

unsigned long micros();
void delay(unsigned long milliseconds);
void setup();
void loop();

#endif
