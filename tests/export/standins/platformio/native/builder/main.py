from SCons.Script import Default, DefaultEnvironment

env = DefaultEnvironment()
program = env.BuildProgram()
env.AddPlatformTarget("exec", program, env.VerboseAction('"$SOURCE"', "Executing"), "Run")
Default(program)
